/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long each CPU has been idle, from the finest source this kernel has: /proc/timer_list (ns) where it
 * agrees with /proc/stat, else /proc/stat (10 ms steps).
 */
#pragma once

#include "agents/proc_parse.h"
#include "base/error.h"

struct idle_cpu {
    unsigned cpu;
    uint64_t not_busy_ns; /* idle + iowait + steal */
    uint64_t iowait_ns, steal_ns;
};

/* One look at all CPUs. What the same read of /proc/stat gives besides is in `stat`. */
struct idle_reading {
    uint64_t now_ns; /* CLOCK_MONOTONIC the figures belong to */
    unsigned count;
    struct idle_cpu cpus[PROC_CPUS_MAX];
    struct proc_stat stat;
};

struct idle_source;

/* EXIT_ENVIRONMENT when there is no /proc/stat; 0 otherwise. */
int idle_open(struct idle_source **source, struct error *error);
void idle_close(struct idle_source *source);
/* "timer_list" or "stat". */
const char *idle_source_name(const struct idle_source *source);
/*
 * The reading is the source's own and holds until the next call; NULL when it failed. With `exact` every CPU
 * is interrupted once, which settles the idle period still going on; without, that of a CPU whose tick runs
 * is known to half a tick only.
 */
const struct idle_reading *idle_read(struct idle_source *source, bool exact);

/* Both files tell the same story about every CPU (see the definition). */
bool idle_plausible(const struct timer_list *list, const struct proc_stat *stat, uint64_t tick_ns);

/*
 * Idle time of the period that is still going on. `flushed_ns`: when the CPU was last made to account (an
 * interrupt sent to it before the read); 0: it was not.
 */
uint64_t idle_ongoing_ns(const struct timer_list_cpu *cpu, uint64_t now_ns, uint64_t flushed_ns,
                         uint64_t tick_ns);
