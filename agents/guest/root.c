/* SPDX-License-Identifier: GPL-2.0 */
/* Modules, file systems, the root that the command sees, and the loopback interface. */
#include "agents/guest/guest.h"
#include "agents/lab/protocol.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEW_ROOT "/new"

static int mount_at(const char *root, const char *type, const char *directory)
{
    char path[256];

    snprintf(path, sizeof(path), "%s%s", root, directory);
    mkdir(path, 0755);
    return mount(type, path, type, 0, NULL) == 0 || errno == EBUSY ? 0 : -errno;
}

int guest_mount_first(void)
{
    int result = mount_at("", "devtmpfs", "/dev");

    if (result == 0)
        result = mount_at("", "proc", "/proc");
    return result ? result : mount_at("", "sysfs", "/sys");
}

void guest_load_modules(const struct guest_config *config)
{
    size_t position = 0;
    const char *path;

    while ((path = guest_config_next(config, "module", &position))) {
        OWNED_FD int fd = open(path, O_RDONLY | O_CLOEXEC);

        if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) != 0 && errno != EEXIST))
            guest_say("module %s: %s\n", path, strerror(errno));
    }
}

/* The host's files below, what the guest writes above: nothing of it reaches the host. */
static int mount_host_root(void)
{
    mkdir("/lower", 0755);
    mkdir("/upper", 0755);
    mkdir(NEW_ROOT, 0755);
    if (mount(GUEST_ROOT_TAG, "/lower", "virtiofs", MS_RDONLY, NULL) != 0 ||
        mount("upper", "/upper", "tmpfs", 0, NULL) != 0)
        return -errno;
    mkdir("/upper/files", 0755);
    mkdir("/upper/work", 0755);
    return mount("root", NEW_ROOT, "overlay", 0,
                 "lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work") == 0
               ? 0
               : -errno;
}

/* What is missing in this kernel shows when the command needs it: only the first are needed by all. */
static int mount_usual(const char *root)
{
    static const struct {
        const char *type, *directory;
        bool needed;
    } mounts[] = {
        {"devtmpfs", "/dev", true},
        {"proc", "/proc", true},
        {"sysfs", "/sys", true},
        {"tmpfs", "/run", true},
        {"devpts", "/dev/pts", false},
        {"tmpfs", "/dev/shm", false},
        {"debugfs", "/sys/kernel/debug", false},
        {"tracefs", "/sys/kernel/tracing", false},
        {"bpf", "/sys/fs/bpf", false},
        {"cgroup2", "/sys/fs/cgroup", false},
    };

    for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
        int result = mount_at(root, mounts[i].type, mounts[i].directory);

        if (result && mounts[i].needed)
            return result;
    }
    return 0;
}

/* As the first process of most machines does: the limit of a target's tasks needs it (agents/cgroup.h). */
static void pass_pids_on(void)
{
    file_write("/sys/fs/cgroup/cgroup.subtree_control", "+pids");
}

static void make_links(const struct guest_config *config)
{
    size_t position = 0;
    const char *value;

    while ((value = guest_config_next(config, "link", &position))) {
        size_t length = strcspn(value, ":");
        char target[512], path[512];

        if (!value[length])
            continue;
        snprintf(target, sizeof(target), "%.*s", (int)length, value);
        snprintf(path, sizeof(path), "%s", value + length + 1);
        file_make_parents(path);
        if (symlink(target, path) != 0)
            guest_say("%s: %s\n", path, strerror(errno));
    }
}

int guest_enter_root(const struct guest_config *config)
{
    const char *root = guest_config_one(config, "root");
    bool host = root && strcmp(root, "host") == 0;
    int result = host ? mount_host_root() : 0;

    if (result == 0)
        result = mount_usual(host ? NEW_ROOT : "");
    if (result == 0 && host && (chroot(NEW_ROOT) != 0 || chdir("/") != 0))
        result = -errno;
    pass_pids_on();
    make_links(config);
    mkdir("/run/lab", 0755);
    return result;
}

int guest_raise_loopback(void)
{
    OWNED_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo"};

    if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) != 0)
        return -errno;
    request.ifr_flags |= IFF_UP;
    return ioctl(fd, SIOCSIFFLAGS, &request) == 0 ? 0 : -errno;
}
