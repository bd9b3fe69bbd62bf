/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/disk_loop.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>

#define OVERHEAD_BYTES (64ull << 20) /* journal and inodes */
#define TRIES          16

static int fail(int code, const char *step, struct error *error)
{
    return error_set(error, EXIT_ENVIRONMENT, code,
                     "cannot make a file system on a loop device (%s: %s); use on=file", step,
                     strerror(-code));
}

static int make_image(const char *parent, uint64_t bytes)
{
    OWNED_FD int fd = open(parent, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0)
        return -errno;
    /* Reserved now: a disk that is full must be found out here, and not by a load's write error. */
    if (fallocate(fd, 0, 0, (off_t)bytes) != 0)
        return -errno;
    return take_fd(&fd);
}

/* A free loop device over the image, which lets go of it when it is closed for the last time. */
static int attach_loop(int image_fd, char device[32])
{
    OWNED_FD int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    struct loop_config config = {.fd = (uint32_t)image_fd, .info = {.lo_flags = LO_FLAGS_AUTOCLEAR}};

    if (control < 0)
        return errno == ENOENT ? -EOPNOTSUPP : -errno;
    for (int i = 0; i < TRIES; i++) {
        int number = ioctl(control, LOOP_CTL_GET_FREE);
        OWNED_FD int fd = -1;

        if (number < 0)
            return -errno;
        snprintf(device, 32, "/dev/loop%d", number);
        fd = open(device, O_RDWR | O_CLOEXEC);
        if (fd < 0)
            return -errno;
        if (ioctl(fd, LOOP_CONFIGURE, &config) == 0)
            return take_fd(&fd);
        if (errno != EBUSY) /* busy: another one was faster */
            return errno == EINVAL || errno == ENOTTY ? -EOPNOTSUPP : -errno; /* LOOP_CONFIGURE: Linux 5.8 */
    }
    return -EBUSY;
}

static int make_file_system(const char *device)
{
    /* Without lazy initialisation: it would go on in the background of the windows. */
    const char *const argv[] = {DISK_LOOP_MKFS, "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0",
                                device,         NULL};
    char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    int status, result;
    pid_t pid;

    result = posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv, environment);
    if (result)
        return -result;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

static int mount_detached(const char *device)
{
    OWNED_FD int context = fsopen("ext4", FSOPEN_CLOEXEC);
    int mount_fd;

    if (context < 0)
        return errno == ENODEV ? -EOPNOTSUPP : -errno;
    if (fsconfig(context, FSCONFIG_SET_STRING, "source", device, 0) != 0 ||
        fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
        return -errno;
    mount_fd = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    return mount_fd < 0 ? -errno : mount_fd;
}

int disk_loop_open(const char *parent, uint64_t bytes, int *loop_fd, int *mount_fd, struct error *error)
{
    OWNED_FD int image_fd = make_image(parent, bytes + bytes / 8 + OVERHEAD_BYTES);
    OWNED_FD int device_fd = -1;
    char device[32];
    int result;

    if (image_fd < 0)
        return fail(image_fd, parent, error);
    device_fd = attach_loop(image_fd, device);
    if (device_fd == -EOPNOTSUPP)
        return error_set(
            error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
            "this kernel has no loop devices (or is older than 5.8); load the module (modprobe loop), "
            "or use on=file");
    if (device_fd < 0)
        return fail(device_fd, "loop device", error);
    result = make_file_system(device);
    if (result)
        return fail(result, DISK_LOOP_MKFS, error);
    *mount_fd = mount_detached(device);
    if (*mount_fd < 0)
        return fail(*mount_fd, "mount", error);
    *loop_fd = take_fd(&device_fd);
    return 0;
}
