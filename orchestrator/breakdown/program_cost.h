/* SPDX-License-Identifier: GPL-2.0 */
/* What the target's programs cost one by one, for both sums: of CPU time and of latency. Pure. */
#pragma once

#include "orchestrator/stats/estimate.h"

#include <jansson.h>
#include <stdbool.h>

struct program_cost {
    const json_t *program;       /* borrowed: as compose_target() has it */
    double runs_per_op;          /* while the load runs, whoever causes them */
    double bodied_runs_per_op;   /* of these, without those that are known to leave at once */
    double caused_runs_per_op;   /* of these, of the load's making */
    double own_runs_per_op;      /* of these, in the target's own processes; NaN: not known */
    double load_runs_per_op;     /* of these, while a process of the load had the CPU; NaN: not known */
    struct interval dispatch_ns; /* of one run */
    struct interval body_ns;     /* of one of the bodied runs, less the reading of the clock */
    double events_per_op;        /* at most; NaN: any number, or not known */
    double fewest_events_per_op; /* NaN: not known */
    struct interval wake_ns;     /* what telling the consumer costs, once; NaN: no price */
    double change_ns;      /* what the consumer's CPU takes to change to it and back, beside; NaN: no price */
    bool tells_each_event; /* with each event, awake or not; false: only a consumer that has caught up */
    struct interval spare_ns;  /* of body_ns, what its own operations do not need: may be telling */
    struct interval excess_ns; /* of that, what they do not take at their dearest: must be telling */
    bool wakes_within;         /* the interrupt that wakes falls into the run, and is in body_ns already */
};

struct program_costs {
    struct program_cost *list; /* owned */
    unsigned count;
    double wakeups_per_op; /* of the target, while its runs were counted; NaN: not known */
    bool known;            /* dispatch and body of each that runs */
};

/* `rows` of `micro`; `wake_cycle_ns`: between two wake-ups of the target, NaN: not known. 0 or -ENOMEM;
 * program_costs_free() in every case. */
int program_costs_make(struct program_costs *costs, const json_t *target, const json_t *rows,
                       double wake_cycle_ns);
/* Runs of a program that are to be explained, as above; NaN: not counted. */
double program_runs(const json_t *program);
/* Those of them that do something: our own probes leave at once where they run in their consumer's name. */
double program_bodied_runs(const json_t *program);
void program_costs_free(struct program_costs *costs);
