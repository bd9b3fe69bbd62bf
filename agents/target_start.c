/* SPDX-License-Identifier: GPL-2.0 */
/* What an attachment needs before its process runs: keeper, cgroup, files and pipes for what it prints. */
#include "agents/cgroup.h"
#include "agents/inventory_scan.h"
#include "agents/target_life.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define NUMBER_MAX 100000u
#define TASKS_MAX                                                                                            \
    4096 /* of one target: many times what any tool has, far below what a machine has room for */

int life_open(struct target *target, struct error *error)
{
    struct life *life = calloc(1, sizeof(*life));
    int result;

    if (!life)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    life->events_fd = -1;
    result = keeper_start(&life->keeper, target->place.cgroup_path, error);
    if (result != 0) {
        free(life);
        return result;
    }
    target->state = life;
    return 0;
}

/* Two targets of one run (a tool against another) may share directories: the first free number is taken. */
static int make_cgroup(struct target *target, struct life *life, int *procs_fd, struct error *error)
{
    char name[32], file[4096];
    int result = -EEXIST;

    for (unsigned i = target->attachments + 1; result == -EEXIST && i < NUMBER_MAX; i++) {
        snprintf(name, sizeof(name), "target-%u", i);
        result = cgroup_create_child(target->place.cgroup_path, name, &life->cgroup, error);
    }
    if (result != 0)
        return result;
    cgroup_limit_tasks(life->cgroup, TASKS_MAX); /* a protection where there is one, no condition */
    snprintf(file, sizeof(file), "%s/cgroup.procs", life->cgroup);
    *procs_fd = open(file, O_WRONLY | O_CLOEXEC);
    snprintf(file, sizeof(file), "%s/cgroup.events", life->cgroup);
    life->events_fd = open(file, O_RDONLY | O_CLOEXEC);
    if (*procs_fd < 0 || life->events_fd < 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot open %s: %s", file, strerror(errno));
    return 0;
}

static int open_output_files(const struct target *target, int files[KEEPER_STREAMS], struct error *error)
{
    static const char *const names[KEEPER_STREAMS] = {"stdout", "stderr"};
    const char *directory = target->place.output_directory;
    unsigned number = target->attachments + 1;
    char path[4096];

    for (unsigned i = 0; directory && i < KEEPER_STREAMS; i++) {
        do {
            snprintf(path, sizeof(path), "%s/target-%u.%s", directory, number, names[i]);
            files[i] = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        } while (files[i] < 0 && errno == EEXIST && ++number < NUMBER_MAX);
        if (files[i] < 0)
            return error_set(error, EXIT_ENVIRONMENT, -errno,
                             "cannot create %s: %s; free space or choose another directory", path,
                             strerror(errno));
    }
    return 0;
}

static void close_both(int fds[KEEPER_STREAMS])
{
    for (unsigned i = 0; i < KEEPER_STREAMS; i++)
        close_fd(&fds[i]);
}

/* Pipes whose reading ends go to the keeper; output_fds are the caller's to close. */
static int connect_output(struct target *target, int output_fds[KEEPER_STREAMS], struct error *error)
{
    struct life *life = target->state;
    int pipes[KEEPER_STREAMS] = {-1, -1}, files[KEEPER_STREAMS] = {-1, -1};
    int result = open_output_files(target, files, error);

    for (unsigned i = 0; result == 0 && i < KEEPER_STREAMS; i++) {
        int ends[2];

        if (pipe2(ends, O_CLOEXEC) != 0) {
            result = error_set(error, EXIT_ENVIRONMENT, -errno, "cannot make a pipe: %s", strerror(errno));
            break;
        }
        pipes[i] = ends[0];
        output_fds[i] = ends[1];
    }
    if (result == 0) {
        result = keeper_drain(life->keeper, pipes, files, target->limits.output_bytes_max);
        if (result != 0)
            error_set(error, EXIT_ENVIRONMENT, result,
                      "the keeper process has died (%s); was it killed? run it again", strerror(-result));
    }
    close_both(pipes);
    close_both(files);
    return result;
}

int life_start(struct target *target, const char *path, char *const *argv, struct error *error)
{
    struct life *life = target->state;
    OWNED_FD int procs_fd = -1;
    struct launch request = {
        .path = path, .argv = argv, .netns_fd = target->place.netns_fd, .output_fds = {-1, -1}};
    int result;

    inventory_free(&life->before);
    inventory_free(&life->seen);
    if (inventory_find_new(&life->before, &(struct inventory){0}) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    result = make_cgroup(target, life, &procs_fd, error);
    if (result != 0)
        return result;
    request.cgroup_procs_fd = procs_fd;
    result = connect_output(target, request.output_fds, error);
    if (result == 0)
        result = launch(&request, &life->main_pid, &life->exec_ns, error);
    close_both(request.output_fds);
    return result;
}
