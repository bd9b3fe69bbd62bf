/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A target tried on a live machine: the experiment as it is (orchestrator/experiment.h), once for each step
 * of a ramp, with guard rails looked at all the while and an audit line on the disk before each switch. It
 * knows no scenario file, no kernel and no clock: what it does to the machine goes through struct canary_ops.
 */
#pragma once

#include "base/interrupt.h"
#include "orchestrator/canary/audit.h"
#include "orchestrator/canary/rails.h"
#include "orchestrator/canary/ramp.h"
#include "orchestrator/experiment.h"
#include "orchestrator/stats/verdict.h"

/* All borrowed. */
struct canary_plan {
    struct ramp ramp;
    const struct rail *rails;
    unsigned rail_count;               /* at most RAILS_MAX */
    struct experiment_plan experiment; /* of each step; the seed of a step is this one's and its number */
};

/* A step that was run to its end. All borrowed; the trial lives for as long as the call that has it. */
struct canary_step {
    unsigned index; /* from 0 */
    double duty;
    uint64_t on_ns, elapsed_ns; /* how long the target was on, of how long in all */
    struct trial *trial;        /* facts may be added */
};

struct canary_ops {
    struct machine_ops machine; /* take `context`, as do all of these */
    /* One reading per rail, in their order. May be called at any time, also while a window is measured or the
     * target is being switched: cheap. */
    void (*read_rails)(void *context, struct rail_reading *readings);
    /* A step begins. NULL: nobody wants to know. */
    void (*begin_step)(void *context, unsigned step, double duty);
    /* The target stays off for so long, to keep its share of the time. NULL likewise. */
    void (*resting)(void *context, uint64_t ns);
    /*
     * Whom to call, at least every half second, from within whatever takes longer: look(canary). With NULL
     * for the function: nobody any more.
     */
    void (*watch)(void *context, void (*look)(void *canary), void *canary);
    /* What the budgets say to a step. 0 or a negative errno. */
    int (*judge)(void *context, const struct canary_step *step, enum verdict *verdict, struct error *error);
};

enum canary_outcome {
    CANARY_PASSED,      /* every step; exit status 0 */
    CANARY_BUDGET,      /* a budget is broken; 1 */
    CANARY_RAIL,        /* a rail was crossed while the target was on, and it is off since; 1 */
    CANARY_RAIL_IN_OFF, /* crossed by a reading of a time in which it was off: not its doing, and nothing can
                           be said; 3 */
    CANARY_UNDECIDED,   /* a step could not tell, so that the next one was not begun; 3 */
};

struct canary_result {
    enum canary_outcome outcome;
    unsigned steps;                /* that were begun */
    struct rail_crossing crossing; /* rail NULL: none */
    uint64_t on_ns, elapsed_ns;    /* of the last step, as in struct canary_step */
    enum verdict verdict;          /* of the last step that was judged */
};

/*
 * Runs it. 0 with *result, or a negative errno: -EINTR after a signal; in both cases the target is off, for
 * an off that failed is told in place of a rail or a signal. However it ends, the log has a line "end". A
 * rail that is crossed ends waits and windows through `interrupt`, as a signal does, which is as before when
 * this returns.
 */
int canary_run(const struct canary_plan *plan, const struct canary_ops *ops, void *context,
               struct audit *audit, struct interrupt *interrupt, struct canary_result *result,
               struct error *error);

enum exit_status canary_exit_status(enum canary_outcome outcome);
