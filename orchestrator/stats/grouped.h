/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/stats/estimate.h"

#define GROUPS_MAX 32

struct grouped {
    struct interval interval; /* of the centre of all groups there could be */
    double groups_sd;         /* standard deviation of the groups' medians */
    double within_sd;         /* pooled, of values of one group about its mean; NaN where none has two */
};

/*
 * Values that come in groups which may differ by more than their values do: the one-way random-effects
 * layout (S. Searle, G. Casella, C. McCulloch, "Variance Components", 1992, section 3.6). x[i] belongs to
 * group i % groups. The group is the unit of replication: its median stands for it, and the interval is
 * Hodges' and Lehmann's on `groups` of them, so that one group that a neighbour has spoiled does not decide
 * it. It holds whatever part of the variance is between groups, none included: there is no test beforehand
 * whether groups differ, which so few could not decide.
 *
 * Groups at most GROUPS_MAX and at most n, ESTIMATE_MAX values in each; the whole line with a NaN, or with
 * fewer groups than the level needs: six for 95 %.
 */
void grouped_interval(const double *x, unsigned n, unsigned groups, double level, struct grouped *out);
