/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPU time of all CPUs together, from one look to the next. Pure. What a CPU spent before it was first seen,
 * and what its clocks did while it was offline, is in no sum: those never jump when CPUs come and go.
 */
#pragma once

#include "agents/idle.h"

struct cpu_sums {
    double busy_ns, steal_ns, iowait_ns;
};

struct cpu_history {
    unsigned looks;
    struct {
        unsigned look;        /* at which it was last there; 0: never */
        struct cpu_sums last; /* by its own counters */
    } cpus[PROC_CPUS_MAX];
    struct cpu_sums sums;
};

/* Goes on with the history, which begins all zero; since then, of all. */
struct cpu_sums cpu_sums_look(struct cpu_history *history, const struct idle_reading *reading);
