/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the kernel puts a program and its maps decides a part of what it costs, and how fast the core runs
 * and what the neighbours do decides another, for seconds or minutes on end. So all rows are measured in
 * several passes: in each every row has a load of its own, a few repetitions, and its turn in another order.
 * A pass is the unit of replication (stats/grouped.h); the figure is of the core clock that the whole session
 * had at its median.
 */
#pragma once

#include "orchestrator/micro/micro.h"

/* What the passes saw of one row. */
struct row_passes {
    double values[PASSES_MAX][SIGNED_RANK_MAX]; /* as they were timed */
    double clock_ns[PASSES_MAX];                /* micro_core_clock_ns() meanwhile */
    json_t *details[PASSES_MAX];                /* owned */
    unsigned repetitions;                       /* of each pass */
    bool ranged;                                /* the one pass knows its value to be within [low, high] */
    double low, high;
    unsigned kept, failed; /* passes that count, and those whose own check failed */
    bool unsupported, may_pass;
    char reason[320]; /* of the last that failed, or why it is unsupported */
};

/* What all passes say: a row of the document. */
struct micro_figure {
    struct interval cost; /* in the row's unit, 95 % */
    unsigned repetitions;
    enum row_status status;
    char reason[320]; /* why it is not simply measured */
    json_t *detail;   /* owned; an object or NULL */
};

/* Takes over result's detail. `clock_ns`: of the core, meanwhile. */
void passes_keep(struct row_passes *passes, struct micro_result *result, double clock_ns);
void passes_free(struct row_passes *passes);

/*
 * One pass: its repetitions, Hodges-Lehmann, as they are. Several: each one's values as they had been at
 * `reference_clock_ns`, unless the row takes a time of the clock; Hodges-Lehmann over the passes.
 */
void passes_combine(const struct row_passes *passes, const struct micro_row *row, double reference_clock_ns,
                    struct micro_figure *figure);

/* The numbers 0 to count - 1 in a random order. R. Fisher, F. Yates. */
struct random;
void passes_order(struct random *random, unsigned *order, unsigned count);
