/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/cgroup.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "base/directory.h"
#include "base/files.h"
#include "base/mounts.h"
#include "base/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROCS_BYTES_MAX   (4u << 20)
#define REMOVE_TIMEOUT_NS (2 * NS_PER_SECOND)
#define DEPTH_MAX         8

static void pause_ms(unsigned ms)
{
    struct timespec rest = clock_timespec(ms * NS_PER_MS);

    nanosleep(&rest, NULL);
}

char *cgroup_mount_point(void)
{
    char path[PATH_MAX];

    return mounts_first("cgroup2", path, sizeof(path)) ? strdup(path) : NULL;
}

int cgroup_create(const char *path, struct error *error)
{
    if (mkdir(path, 0755) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno,
                         "cannot create the cgroup %s: %s; run as root where cgroup v2 is writable", path,
                         strerror(errno));
    return 0;
}

static int join(const char *parent, const char *name, char **path, struct error *error)
{
    if (asprintf(path, "%s/%s", parent, name) >= 0)
        return 0;
    *path = NULL;
    return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

int cgroup_create_child(const char *parent, const char *name, char **path, struct error *error)
{
    OWNED_PTR char *joined = NULL;
    int result = join(parent, name, &joined, error);

    if (result == 0)
        result = cgroup_create(joined, error);
    if (result == 0) {
        *path = joined;
        joined = NULL;
    }
    return result;
}

int cgroup_run_path(char **path, struct error *error)
{
    OWNED_PTR char *mount_point = cgroup_mount_point();
    char name[OWNER_NAME_MAX];

    if (!mount_point)
        return error_set(
            error, EXIT_ENVIRONMENT, -ENOENT,
            "no cgroup v2 hierarchy is mounted; mount one: mount -t cgroup2 none /sys/fs/cgroup");
    if (owner_name(name) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -ENOENT, "cannot read /proc/self/stat; is /proc mounted?");
    return join(mount_point, name, path, error);
}

int cgroup_limit_tasks(const char *path, unsigned most)
{
    char file[4096], number[16];

    snprintf(file, sizeof(file), "%.4000s/../cgroup.subtree_control", path);
    file_write(file, "+pids"); /* the parent holds no process, so it may pass the controller on */
    snprintf(file, sizeof(file), "%.4000s/pids.max", path);
    snprintf(number, sizeof(number), "%u", most);
    return file_write(file, number);
}

int cgroup_signal(const char *path, int signal_number)
{
    OWNED_PTR pid_t *pids = NULL;
    unsigned count = 0;
    int result = cgroup_processes(path, &pids, &count);

    for (unsigned i = 0; result == 0 && i < count; i++)
        kill(pids[i], signal_number);
    return result;
}

int cgroup_unpin(const char *path)
{
    OWNED_PTR pid_t *tids = NULL;
    unsigned count = 0;
    int result = cgroup_threads(path, &tids, &count);

    for (unsigned i = 0; result == 0 && i < count; i++)
        cpu_unpin(tids[i]);
    return result;
}

/* cgroup.kill exists since Linux 5.14; before, killing by number until none is left does the same. */
int cgroup_kill(const char *path)
{
    char file[4096];
    int result;

    cgroup_unpin(path);
    snprintf(file, sizeof(file), "%s/cgroup.kill", path);
    result = file_write(file, "1");
    return result == -ENOENT && access(path, F_OK) == 0 ? cgroup_signal(path, SIGKILL) : result;
}

/* Children first; -EBUSY while a process is still dying. */
static int remove_tree(const char *path, unsigned depth)
{
    OWNED_DIR DIR *directory = opendir(path);
    struct dirent *entry;

    if (!directory)
        return errno == ENOENT ? 0 : -errno;
    while (depth > 0 && (entry = readdir(directory))) {
        OWNED_PTR char *child = NULL;

        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        if (asprintf(&child, "%s/%s", path, entry->d_name) < 0) {
            child = NULL;
            return -ENOMEM;
        }
        remove_tree(child, depth - 1);
    }
    return rmdir(path) == 0 || errno == ENOENT ? 0 : -errno;
}

int cgroup_destroy(const char *path)
{
    uint64_t deadline_ns = clock_now_ns() + REMOVE_TIMEOUT_NS;
    int result;

    for (;;) {
        cgroup_kill(path);
        result = remove_tree(path, DEPTH_MAX);
        if (result != -EBUSY || clock_now_ns() >= deadline_ns)
            return result;
        pause_ms(1);
    }
}

bool cgroup_is_populated(int events_fd)
{
    char text[256];

    return file_reread(events_fd, text, sizeof(text)) > 0 && strstr(text, "populated 1");
}

unsigned cgroup_remove_stale(void)
{
    OWNED_PTR char *mount_point = cgroup_mount_point();
    OWNED_DIR DIR *directory = mount_point ? opendir(mount_point) : NULL;
    struct dirent *entry;
    unsigned removed = 0;

    while (directory && (entry = readdir(directory))) {
        OWNED_PTR char *path = NULL;

        if (!owner_is_gone(entry->d_name))
            continue;
        if (asprintf(&path, "%s/%s", mount_point, entry->d_name) < 0) {
            path = NULL;
            break;
        }
        removed += cgroup_destroy(path) == 0;
    }
    return removed;
}
