/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which loads fire which probes, from what workloads and topologies declare. Declarations are not complete,
 * so that a probe counts as missed only when this load does not declare it and another one does. What really
 * fired is counted in the statistics phase.
 */
#pragma once

#include "netns/topology.h"
#include "workloads/workload.h"

enum firing {
    FIRING_DECLARED, /* the load fires it */
    FIRING_MISSED,   /* another load would, this one does not say so */
    FIRING_UNKNOWN,  /* no load declares it */
};

/* Does what a load exercises ("syscall:openat") fire a program on this point
 * ("tracepoint:raw_syscalls:sys_enter")?
 */
bool firing_matches(const char *exercise, const char *point);

/* `attach` as in the inventory: points joined by ", "; the best of them counts. topology may be NULL. */
enum firing firing_expected(const struct workload *workload, const struct topology *topology,
                            const char *attach);

/* The first load of the table that declares one of the points; NULL: none does. As it is given to -w. */
const char *firing_suggest(const char *attach);
