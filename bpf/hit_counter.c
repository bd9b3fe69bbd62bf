/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/hit_counter.h"
#include "bpf/hit_point.h"
#include "base/cleanup.h"
#include "base/files.h"

#include "bpf/hits.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct hit_counter {
    struct hits_bpf *skeleton;
    struct bpf_link *link;
};

static int silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
    (void)level;
    (void)format;
    (void)arguments;
    return 0;
}

static int load(struct hits_bpf *skeleton, const struct hit_point *point)
{
    int result = 0;

    bpf_program__set_autoload(skeleton->progs.on_raw_tp, point->kind == HIT_RAW_TP);
    bpf_program__set_autoload(skeleton->progs.on_tracepoint, point->kind == HIT_TRACEPOINT);
    bpf_program__set_autoload(skeleton->progs.on_function, point->kind == HIT_FUNCTION);
    if (point->kind == HIT_FUNCTION)
        result = bpf_program__set_attach_target(skeleton->progs.on_function, 0, point->name);
    return result ? result : hits_bpf__load(skeleton);
}

static int name_cgroups(struct hits_bpf *skeleton, const int cgroup_fds[HIT_CGROUPS])
{
    for (uint32_t i = 0; i < HIT_CGROUPS; i++)
        if (cgroup_fds[i] >= 0 &&
            bpf_map_update_elem(bpf_map__fd(skeleton->maps.cgroups), &i, &cgroup_fds[i], BPF_ANY) != 0)
            return -errno;
    return 0;
}

/* libbpf would look for the number where tracefs is mounted, which it need not be. */
static struct bpf_link *attach_tracepoint(const struct bpf_program *program, int tracefs_fd, const char *name)
{
    struct perf_event_attr event = {.size = sizeof(event), .type = PERF_TYPE_TRACEPOINT, .sample_period = 1};
    OWNED_PTR char *number = NULL;
    struct bpf_link *link;
    char path[200];
    int fd;

    snprintf(path, sizeof(path), "events/%s/id", name);
    number = file_read_at(tracefs_fd, path, 32);
    if (!number)
        return NULL;
    event.config = strtoull(number, NULL, 10);
    fd = (int)syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return NULL;
    link = bpf_program__attach_perf_event(program, fd); /* takes the descriptor */
    if (!link)
        close_fd(&fd);
    return link;
}

static struct bpf_link *attach(struct hits_bpf *skeleton, const struct hit_point *point, int tracefs_fd)
{
    switch (point->kind) {
    case HIT_RAW_TP:
        return bpf_program__attach_raw_tracepoint(skeleton->progs.on_raw_tp, point->name);
    case HIT_TRACEPOINT:
        return attach_tracepoint(skeleton->progs.on_tracepoint, tracefs_fd, point->name);
    case HIT_FUNCTION:
        return bpf_program__attach_trace(skeleton->progs.on_function);
    }
    return NULL;
}

static int begin(struct hit_counter *counter, const struct hit_point *point, int tracefs_fd,
                 const int cgroup_fds[HIT_CGROUPS])
{
    int result;

    counter->skeleton = hits_bpf__open();
    if (!counter->skeleton)
        return -errno;
    result = load(counter->skeleton, point);
    if (result == 0)
        result = name_cgroups(counter->skeleton, cgroup_fds);
    if (result)
        return result;
    counter->link = attach(counter->skeleton, point, tracefs_fd);
    return counter->link ? 0 : -errno;
}

/* A point that can't be counted is a figure less, and no message. */
struct hit_counter *hit_counter_open(const char *attach_point, int tracefs_fd,
                                     const int cgroup_fds[HIT_CGROUPS])
{
    struct hit_counter *counter;
    struct hit_point point;
    libbpf_print_fn_t print;
    int result;

    if (!hit_point_of(attach_point, &point))
        return NULL;
    counter = calloc(1, sizeof(*counter));
    if (!counter)
        return NULL;
    print = libbpf_set_print(silent);
    result = begin(counter, &point, tracefs_fd, cgroup_fds);
    libbpf_set_print(print);
    if (result == 0)
        return counter;
    hit_counter_close(counter);
    return NULL;
}

int hit_counter_read(const struct hit_counter *counter, uint64_t hits[HIT_CGROUPS])
{
    int map_fd = bpf_map__fd(counter->skeleton->maps.hits), cpus = libbpf_num_possible_cpus();
    OWNED_PTR uint64_t *each = cpus > 0 ? calloc((size_t)cpus, sizeof(*each)) : NULL;

    if (!each)
        return -ENOMEM;
    for (uint32_t i = 0; i < HIT_CGROUPS; i++) {
        if (bpf_map_lookup_elem(map_fd, &i, each) != 0)
            return -errno;
        hits[i] = 0;
        for (int cpu = 0; cpu < cpus; cpu++)
            hits[i] += each[cpu];
    }
    return 0;
}

void hit_counter_close(struct hit_counter *counter)
{
    if (!counter)
        return;
    bpf_link__destroy(counter->link); /* NULL is allowed */
    hits_bpf__destroy(counter->skeleton);
    free(counter);
}
