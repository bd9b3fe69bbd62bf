/* SPDX-License-Identifier: GPL-2.0 */
/* What is read from a cgroup (agents/cgroup.h); making and ending one is in agents/cgroup.c. */
#include "agents/cgroup.h"
#include "agents/cgroup_stat.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16 /* of cgroups below the one asked for */

int cgroup_parse_cpu(struct text text, double *total_ns, double *user_ns, double *system_ns)
{
    uint64_t total, user, system;

    if (!text_find_u64(text, "usage_usec ", &total) || !text_find_u64(text, "user_usec ", &user) ||
        !text_find_u64(text, "system_usec ", &system))
        return -EINVAL;
    if (total_ns)
        *total_ns = (double)total * 1e3;
    if (user_ns)
        *user_ns = (double)user * 1e3;
    if (system_ns)
        *system_ns = (double)system * 1e3;
    return 0;
}

int cgroup_parse_waited(struct text text, double *waited_ns)
{
    struct text line, word;
    uint64_t total_us;

    while (text_line(&text, &line))
        if (text_skip(&line, "some "))
            while (text_word(&line, &word))
                if (text_skip(&word, "total=") && text_u64(&word, &total_us)) {
                    *waited_ns = (double)total_us * 1e3;
                    return 0;
                }
    return -EINVAL;
}

int cgroup_open_file(const char *path, const char *name)
{
    OWNED_FD int directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = directory < 0 ? -1 : openat(directory, name, O_RDONLY | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

/* Its length or a negative errno. */
static ssize_t read_file(const char *path, const char *name, char *buffer, size_t size)
{
    OWNED_FD int fd = cgroup_open_file(path, name);

    return fd < 0 ? fd : file_reread(fd, buffer, size);
}

int cgroup_cpu_ns(const char *path, double *total_ns, double *user_ns, double *system_ns)
{
    char buffer[4096];
    ssize_t length = read_file(path, "cpu.stat", buffer, sizeof(buffer));

    return length < 0 ? (int)length
                      : cgroup_parse_cpu(text_of(buffer, (size_t)length), total_ns, user_ns, system_ns);
}

int cgroup_waited_ns(const char *path, const char *resource, double *waited_ns)
{
    char name[32], buffer[1024];
    ssize_t length;

    snprintf(name, sizeof(name), "%s.pressure", resource);
    length = read_file(path, name, buffer, sizeof(buffer));
    return length < 0 ? (int)length : cgroup_parse_waited(text_of(buffer, (size_t)length), waited_ns);
}

struct pid_list {
    const char *file; /* of a cgroup: cgroup.procs or cgroup.threads */
    pid_t *pids;
    unsigned count, capacity;
};

static int add_pid(struct pid_list *list, pid_t pid)
{
    if (list->count == list->capacity) {
        unsigned capacity = list->capacity ? list->capacity * 2 : 32;
        pid_t *larger = reallocarray(list->pids, capacity, sizeof(*larger));

        if (!larger)
            return -ENOMEM;
        list->pids = larger;
        list->capacity = capacity;
    }
    list->pids[list->count++] = pid;
    return 0;
}

static int add_own(struct pid_list *list, int directory)
{
    OWNED_PTR char *buffer = file_read_at(directory, list->file, 1 << 22);
    struct text text, line;
    uint64_t pid;
    int result = 0;

    if (!buffer)
        return errno == EOPNOTSUPP ? 0 : -errno; /* a threaded cgroup has no list of processes */
    text = text_of(buffer, strlen(buffer));
    while (result == 0 && text_line(&text, &line))
        if (text_u64(&line, &pid) && pid > 0 && pid <= INT32_MAX)
            result = add_pid(list, (pid_t)pid);
    return result;
}

/* Children that go away meanwhile are passed over. */
static int add_tree(struct pid_list *list, int parent, const char *name, unsigned depth)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    OWNED_DIR DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    int result;

    if (!directory) {
        result = -errno;
        close_fd(&fd);
        return result;
    }
    result = add_own(list, fd);
    for (struct dirent *entry; result == 0 && depth < DEPTH_MAX && (entry = readdir(directory));) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        result = add_tree(list, fd, entry->d_name, depth + 1);
        if (result == -ENOENT || result == -ENODEV)
            result = 0;
    }
    return result;
}

static int list_of(const char *file, const char *path, pid_t **pids, unsigned *count)
{
    struct pid_list list = {.file = file};
    int result = add_tree(&list, AT_FDCWD, path, 0);

    if (result != 0) {
        free(list.pids);
        return result;
    }
    *pids = list.pids;
    *count = list.count;
    return 0;
}

int cgroup_processes(const char *path, pid_t **pids, unsigned *count)
{
    return list_of("cgroup.procs", path, pids, count);
}

int cgroup_threads(const char *path, pid_t **tids, unsigned *count)
{
    return list_of("cgroup.threads", path, tids, count);
}
