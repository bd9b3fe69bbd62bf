/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What else went on while windows were measured: CPUs that neither the load nor the target kept busy, and a
 * machine that was short of memory. Quads cancel what is the same in all of their blocks, and what drifts; a
 * load that comes or goes in the middle makes two experiments of one. Pure.
 */
#pragma once

#include "reports/trial.h"

#include <jansson.h>

/* More than this much of a CPU is worth a word; more than this, and a baseline is none. */
#define COMPANY_SAID 0.25
#define COMPANY_MAX  0.5
/* Of the windows: in more than this many the kernel made processes wait for memory. */
#define PRESSED_MAX 0.1

struct company {
    /* CPUs kept busy by others with the target off: the quietest and the busiest part of the run (medians of
     * two to four parts, in time). NaN: too few windows, loads of ours
     * beside the one that is measured, or none at all (observe). */
    double quiet_cpus, busy_cpus;
    unsigned windows,
        pressed; /* all of them; those in which memory was reclaimed by whoever asked for it, or swapped */
    double oom_kills;
};

struct company company_of(const struct trial *trial);
/* For the document's environment; a new reference. */
json_t *company_describe(const struct company *company);
