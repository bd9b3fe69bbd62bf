/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/stats/estimate.h"

#define GROUPS_MAX 32

struct grouped {
    struct interval interval; /* of the mean over all groups there could be */
    double groups_sd;         /* standard deviation of the groups' medians */
    double within_sd;         /* pooled, of values of one group about its mean; NaN where none has two */
};

/*
 * Values that come in groups which may differ by more than their values do: the one-way random-effects
 * layout. x[i] belongs to group i % groups. The group is the unit of replication: its median stands for it,
 * and the interval is Student's on `groups` of them, groups - 1 degrees of freedom. With normal values and
 * groups of one size that is exact, whatever part of the variance is between groups, none included (S.
 * Searle, G. Casella, C. McCulloch, "Variance Components", 1992, section 3.6): there is no test beforehand
 * whether groups differ, which five groups could not decide.
 *
 * n at most ESTIMATE_MAX, groups at most GROUPS_MAX and at most n; one group, or a NaN: the whole line.
 */
void grouped_interval(const double *x, unsigned n, unsigned groups, double level, struct grouped *out);
