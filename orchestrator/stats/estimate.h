/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/stats/signed_rank.h"
#include "orchestrator/stats/student.h"

#include <math.h>

#define ESTIMATE_MAX SIGNED_RANK_MAX /* contrasts in one estimate */

struct interval {
    double estimate;
    double low;
    double high;
};

/* Nothing known: estimate NaN, low and high NaN. */
struct interval interval_unknown(void);

/*
 * Hodges-Lehmann estimate of the centre of n contrasts, the median of the n(n+1)/2 Walsh averages
 * (x[i] + x[j]) / 2, i <= j, and the interval from the (k+1)-th smallest to the (k+1)-th largest of them,
 * which inverts the signed-rank test: it misses by at most P(W <= k) a side, exactly so for independent
 * symmetric contrasts (J. Hodges, E. Lehmann, Ann. Math. Stat. 34(2), 1963; J. Tukey's interval: Hollander,
 * Wolfe, section 3.3). k = -1 gives the whole line. What is estimated is the pseudomedian.
 *
 * 0; -EINVAL for n = 0, n > ESTIMATE_MAX, a NaN, infinities of both signs or a k that leaves nothing: *out is
 * untouched then.
 */
int hodges_lehmann(const double *x, unsigned n, int k, struct interval *out);

/* Plain mean, NaN for n = 0; sample standard deviation (divisor n - 1), NaN for n < 2. */
double sample_mean(const double *x, unsigned n);
double sample_sd(const double *x, unsigned n);

/*
 * Mean and two-sided Student interval at confidence `level` (0.99: 99 %), mean +- t sd / sqrt(n) (Student,
 * Biometrika 6(1), 1908). With n < 2 or a standard deviation that is no number the interval is the whole
 * line.
 */
struct interval t_interval(const double *x, unsigned n, double level);

/* Upper one-sided bound of the mean at confidence `level` (0.975); INFINITY where t_interval is unbounded. */
double mean_upper_t(const double *x, unsigned n, double level);
