/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One long attachment, binned by age: is an old attachment as dear as the fresh ones that the quads are made
 * of? It happens once, so its noise can't be seen from within: the scatter of the quads stands in for it.
 */
#pragma once

#include "orchestrator/stats/estimate.h"
#include "orchestrator/stats/growth.h"

#include <stdbool.h>

#define STEADY_LEVEL 0.99 /* confidence with which late bins must differ */

/* All in the unit of the contrasts: log values, adjusted where the quads' were; not oriented. */
struct steady_input {
    const double *bins;           /* B by age, oldest last */
    unsigned bin_count;           /* at least 2 */
    const double *before, *after; /* A blocks around it; one of the two may be missing */
    unsigned before_count, after_count;
    double estimate; /* the windows' estimate */
    double sd;       /* standard deviation of the quads' contrasts */
    unsigned quads;  /* at least 2 */
    double level;    /* one-sided error of report->shared; 0: none is asked for */
};

struct steady_report {
    struct interval late;   /* effect in the older half of the bins, 95 % */
    struct interval shared; /* the same at the level asked for; unknown without one */
    struct interval change; /* late less the windows' estimate, at STEADY_LEVEL */
    bool differs;           /* the change's interval excludes zero */
};

/*
 * The late effect is the mean of the older half of the bins less the A level at that time, on the line from
 * the blocks before to those after. Its variance: that of one contrast, or what bins (by means of batches:
 * their noise is correlated) and A blocks show if that is more; and, since A need not have walked along the
 * line, that of a Brownian bridge three quarters of its way, 3/16 of the squared distance from before to
 * after (e.g. Karatzas, Shreve, section 5.6.B). Student's t with quads - 1 degrees of freedom.
 *
 * 0; -EINVAL for too few bins, quads or A blocks, or a value that is not finite: *report is untouched then.
 */
int steady_check(const struct steady_input *input, struct steady_report *report);
