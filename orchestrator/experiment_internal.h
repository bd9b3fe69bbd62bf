/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the experiment loop share; nobody else includes it. */
#pragma once

#include "orchestrator/experiment.h"

struct experiment {
    const struct experiment_plan *plan;
    const struct machine_ops *ops;
    void *machine;
    struct trial *trial;
    struct error *error;

    struct random random;
    struct look_plan looks;
    unsigned max_quads; /* as far as --quads and --max-time allow; 0: all looks */
    uint64_t window_ns, settle_ns, quad_ns;
    uint64_t steady_ns; /* 0: none, or no time for one */
    uint64_t after_ns;  /* what is still to come after the quads */
    struct block first; /* the rehearsed window, off */
    bool quads_done;
    uint64_t started_ns;  /* of the run */
    uint64_t deadline_ns; /* 0: none */
    uint64_t switched_ns; /* last switch of the target, or start of the load */
    char arm;             /* of the target that is on; 'A': none */
    unsigned quads_started, quads_valid, quads_repeated;
    unsigned died_on, died_second,
        died_off; /* quads in which the workload died with the target on, the second one, none */
    char last_invalid[96];
    char last_death[240]; /* what was said of the last of them; "" before the first */
};

/* Switches the target so that it matches the arm; 0 or a negative errno. */
int experiment_switch(struct experiment *experiment, char arm);
/* Switch, settle, window: appends the block. 0, or a negative errno. *invalid says whether its quad is lost.
 */
int experiment_block(struct experiment *experiment, struct block *block, bool *invalid);
/* Target off and load stopped; keeps the first error. */
int experiment_quiesce(struct experiment *experiment, int result);
/* The trial's header, from what is known by then. */
int experiment_begin_trial(struct experiment *experiment);
/* The statistics phase's counts; the target is on and the load runs, and is stopped afterwards. */
int experiment_count_runs(struct experiment *experiment);
/* All of an exact run. */
int experiment_exact(struct experiment *experiment, struct judgement *end);
/* One quad in the drawn order; appended blocks say whether it counts. */
int experiment_quad(struct experiment *experiment);
#define EXPERIMENT_STEADY_A_WINDOWS 4
#define EXPERIMENT_STATISTICS_NS    (5 * NS_PER_SECOND) /* estimate, for --max-time and progress */

/* The long attachment, with A windows before and after it. */
int experiment_long_attachment(struct experiment *experiment);
void experiment_report(struct experiment *experiment, const char *phase, char arm);
