/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at the agent, one after another: what a figure is, and since when. */
#pragma once

#include "base/interrupt.h"
#include "orchestrator/watch/agent.h"
#include "workloads/observe_source.h"

#define WATCH_PROCESSES_MAX 1024 /* whose CPU time is followed, where there is no cgroup */

struct watch_counter_state {
    struct observe_source *source; /* owned; NULL: not given */
    double value, grown;           /* at the last look, and since the one before; NaN: not known */
    uint64_t at_ns;
    double seconds; /* that `grown` is of */
};

/* A zeroed one has not looked yet. Owns all that it finds. */
struct watch_state {
    struct watch_agent agent;
    char *cgroup; /* the agent's own, NULL: none */
    uint64_t cpu_at_ns;
    struct watch_cgroup {
        dev_t device;
        ino_t inode; /* 0: not looked at yet, or it was not there */
        double cpu_ns;
    } cgroup_seen; /* at the last look */
    struct watch_process {
        pid_t pid;
        uint64_t started, cpu_ns;
    } processes[WATCH_PROCESSES_MAX];
    unsigned process_count;
    struct inventory missed; /* programs with their misses at the last look */
    uint64_t missed_at_ns;
    struct watch_counter_state events, lost_events;
};

/* EXIT_ENVIRONMENT without BPF; nothing is asked yet. The plan must live on. */
int watch_open(struct watch_state *state, const struct watch_plan *plan, struct error *error);
void watch_close(struct watch_state *state);

/* One look; it takes the statistics' time. 0, -EINTR (nothing is in *figures then), -ENOMEM. */
int watch_look(struct watch_state *state, const struct watch_plan *plan, struct interrupt *interrupt,
               struct watch_figures *figures);

/* Runs and times of the programs between two inventories with the same programs, by name and type. For
 * watch_look(). */
void watch_count_kinds(const struct inventory *before, const struct inventory *after, double seconds,
                       struct watch_figures *figures);
