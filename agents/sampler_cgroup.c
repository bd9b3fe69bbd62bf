/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPU time of the target's and the workload's processes, from their cgroups' cpu.stat, which exists without
 * any controller. Reading flushes what the CPUs hold back, but a thread that runs at this moment is charged
 * only at its next tick or switch (update_curr() of kernel/sched/fair.c): the total may lag by one tick for
 * each. Measured on 6.18 at HZ=250 with a thread that never sleeps: differences right in the mean, standard
 * deviation 1.7 ms, never off by more than 4 ms; exact for threads that sleep, and for one that has just read
 * its own CPU clock. The split into user and system comes from ticks (cputime_adjust()) unless the kernel
 * accounts them exactly. How long the target waited for a CPU is in its cgroup's cpu.pressure, where the
 * kernel keeps that (CONFIG_PSI): it is brought up to date when it is read (psi_show() of
 * kernel/sched/psi.c).
 */
#include "agents/cgroup_stat.h"
#include "agents/sampler.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

/* A file of a cgroup, held open for as long as the place names the same one. */
struct followed {
    const char *file;
    int fd;
    unsigned opened; /* how often */
    char path[PATH_MAX];
};

struct cgroup_state {
    struct followed target, workload, waiting;
};

static int cgroup_open(void **state, const struct sampler_place *place, struct error *error)
{
    struct cgroup_state *cgroup = calloc(1, sizeof(*cgroup));

    (void)place;
    if (!cgroup)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "Not enough memory for the cgroup sampler.");
    cgroup->target = cgroup->workload = (struct followed){.file = "cpu.stat", .fd = -1};
    cgroup->waiting = (struct followed){.file = "cpu.pressure", .fd = -1};
    *state = cgroup;
    return 0;
}

static void cgroup_close(void *state)
{
    struct cgroup_state *cgroup = state;

    close_fd(&cgroup->target.fd);
    close_fd(&cgroup->workload.fd);
    close_fd(&cgroup->waiting.fd);
    free(cgroup);
}

static void reopen(struct followed *followed, const char *path)
{
    close_fd(&followed->fd);
    if (strlen(path) >= sizeof(followed->path))
        return;
    snprintf(followed->path, sizeof(followed->path), "%s", path);
    followed->fd = cgroup_open_file(path, followed->file);
    followed->opened++;
}

#define CONTENT_MAX 4096

static ssize_t read_followed(struct followed *followed, char content[CONTENT_MAX])
{
    return followed->fd < 0 ? -EBADF : file_reread(followed->fd, content, CONTENT_MAX);
}

/*
 * What is in it now: its length or -errno. A cgroup made anew under the old name answers through a new
 * descriptor only (-ENODEV on the old one).
 */
static ssize_t follow(struct followed *followed, const char *path, char content[CONTENT_MAX])
{
    ssize_t length;

    if (!path) {
        close_fd(&followed->fd);
        return -ENOENT;
    }
    if (followed->fd < 0 || strcmp(path, followed->path) != 0)
        reopen(followed, path);
    length = read_followed(followed, content);
    if (length == -ENODEV) {
        reopen(followed, path);
        length = read_followed(followed, content);
    }
    return length;
}

static int follow_times(struct followed *followed, const char *path, double times_ns[3])
{
    char content[CONTENT_MAX];
    ssize_t length = follow(followed, path, content);

    return length < 0
               ? (int)length
               : cgroup_parse_cpu(text_of(content, (size_t)length), &times_ns[0], &times_ns[1], &times_ns[2]);
}

static int follow_waiting(struct followed *followed, const char *path, double *waited_ns)
{
    char content[CONTENT_MAX];
    ssize_t length = follow(followed, path, content);

    return length < 0 ? (int)length : cgroup_parse_waited(text_of(content, (size_t)length), waited_ns);
}

static void cgroup_counters(void *state, const struct sampler_place *place, struct values *values)
{
    struct cgroup_state *cgroup = state;
    double ns[3], waited_ns;

    if (follow_times(&cgroup->target, place->target_cgroup, ns) == 0) {
        values_set(values, "target.cpu_ns", ns[0]);
        values_set(values, "target.user_ns", ns[1]);
        values_set(values, "target.system_ns", ns[2]);
        values_set(values, "target.restarts", cgroup->target.opened); /* within a window: their difference */
    }
    if (follow_waiting(&cgroup->waiting, place->target_cgroup, &waited_ns) == 0)
        values_set(values, "target.waited_ns", waited_ns);
    if (follow_times(&cgroup->workload, place->workload_cgroup, ns) == 0) {
        values_set(values, "workload.cpu_ns", ns[0]);
        values_set(values, "workload.user_ns", ns[1]);
        values_set(values, "workload.system_ns", ns[2]);
    }
}

static void cgroup_tick(void *state, const struct sampler_place *place, struct values *values)
{
    struct cgroup_state *cgroup = state;
    double ns[3];

    if (follow_times(&cgroup->target, place->target_cgroup, ns) == 0)
        values_set(values, "target.cpu_ns", ns[0]);
}

const struct sampler_ops sampler_cgroup = {
    .name = "cgroup",
    .summary =
        "CPU time of the target's and of the workload's processes, and how long the target's wait for one",
    .open = cgroup_open,
    .counters = cgroup_counters,
    .tick = cgroup_tick,
    .close = cgroup_close,
};
