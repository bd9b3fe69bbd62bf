/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Samplers read the machine at the edges of a window. Counters are cumulative and become differences; gauges
 * are taken as they are at the end. Adding one is a file with a `const struct sampler_ops` and its row in
 * agents/sampler_table.c; the values it names appear in every block of the trial.
 */
#pragma once

#include "base/error.h"
#include "base/values.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Borrowed. Changes between windows (the target's cgroup comes and goes); the network ends do not. */
struct sampler_place {
    const char *workload_cgroup;               /* directory; NULL: none */
    const char *target_cgroup;                 /* NULL while off */
    int client_netns_fd, server_netns_fd;      /* -1: the namespace we are in */
    const char *client_ifname, *server_ifname; /* NULL: none */
};

struct sampler_ops {
    const char *name;
    const char *summary;
    /* 0 with *state NULL: nothing to sample here. A failure ends the run. */
    int (*open)(void **state, const struct sampler_place *place, struct error *error);
    /* Cheap: called at both edges of every window. Values that can't be had are left
     * out. NULL: none. */
    void (*counters)(void *state, const struct sampler_place *place, struct values *values);
    /* What that takes grows with the target: it is done before all others at the start edge and behind them
     * at the end, where it is in no CPU time that is measured and can't pass for a cost of the target. */
    bool around;
    /* Cheaper: the counters that have a peak (samplers.c), inside the window; NULL: none. */
    void (*tick)(void *state, const struct sampler_place *place, struct values *values);
    /* After the window; may take its time. NULL: none. */
    void (*gauges)(void *state, const struct sampler_place *place, struct values *values);
    void (*close)(void *state);
};

extern const struct sampler_ops *const sampler_table[]; /* NULL-ended */
extern const struct sampler_ops sampler_cpu, sampler_softirq, sampler_cgroup, sampler_harness,
    sampler_network, sampler_qdisc, sampler_udp, sampler_memory, sampler_pressure, sampler_wakeups,
    sampler_pmu;

struct samplers; /* all of the table, opened */
int samplers_open(struct samplers **samplers, const struct sampler_place *place, struct error *error);
void samplers_close(struct samplers *samplers); /* NULL is allowed */
/* Start edge: remembers the counters and the time. */
void samplers_begin(struct samplers *samplers, const struct sampler_place *place);
/* Inside a window, every 100 ms or so, for peaks: about 0.15 ms on two CPUs. Slices below 50 ms are not used.
 */
void samplers_tick(struct samplers *samplers, const struct sampler_place *place);
/*
 * End edge: differences and gauges into *values, with "sampler.window_ns" and the peaks. Without ticks a peak
 * is the window's mean. 0 or -ENOMEM.
 */
int samplers_end(struct samplers *samplers, const struct sampler_place *place, struct values *values);
/* Name of the source idle time comes from: "timer_list" (ns) or "stat" (10 ms steps). */
const char *samplers_idle_source(const struct samplers *samplers);
