/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Change points in a series of figures that each have their own standard error.
 *
 * Model: figure i is the level of its piece, plus normal noise of variance error_i^2 + excess^2. The excess,
 * what differs from run to run beyond what a run can know of itself, is taken from differences of neighbours,
 * which a change hardly touches (the idea of R. Paule, J. Mandel, J. Res. NBS 87(5), 1982). It only shapes
 * the weights 1 / variance: for each split the difference of the weighted means before and behind is divided
 * by an error that is taken from the scatter within both pieces, so the quotient has Student's distribution
 * with n - 2 degrees of freedom however large the noise is; where the figures' own errors ask for more than
 * the scatter, they count. The statistic is the largest quotient over all splits (the weighted CUSUM
 * statistic of J. Sen, M. Srivastava, Ann. Statist. 3(1), 1975; D. Hawkins, JASA 72(357), 1977). Its p value
 * lies between that of one split and Bonferroni's sum over them; where these two do not decide, it is
 * simulated with the weights and splits of the series, as far as needed (J. Besag, P. Clifford, Biometrika
 * 78(2), 1991).
 *
 * More than one: each piece is searched again, with the false-alarm rate that its share of the figures leaves
 * (N. Meinshausen, Biometrika 95(2), 2008), so that together they stay within it.
 */
#pragma once

#include <stdbool.h>

#define CHANGE_POINT_SIDE_MIN 2 /* figures on either side: one that is off may be an outlier */
#define CHANGE_POINT_LEAST    (2 * CHANGE_POINT_SIDE_MIN)

struct change_point {
    unsigned at;           /* index of the first figure behind it */
    double before, behind; /* weighted means of the pieces on both sides, up to the next change point */
    /* Their difference when the piece was split there, with an interval that holds, whatever the split, with
     * probability 1 - alarms of the piece (Bonferroni). */
    double estimate, low, high;
    double p; /* at most this, of the split; the alarms rate that it was compared with is below */
    double alarms;
};

/*
 * `figures` and `errors` have `count` elements; an error that is NaN (unknown) or 0 is taken for the usual
 * one of the series. `breaks` may be NULL; else breaks[i] says whether a piece may begin at i. The
 * probability of any change point where there is none is at most `alarms`. Fills `points` (room for `count`),
 * in order; returns their number, or -EINVAL for a figure that is not finite or `alarms` outside (0, 1),
 * -ENOMEM. The same input gives the same output.
 */
int change_points(const double *figures, const double *errors, const bool *breaks, unsigned count,
                  double alarms, struct change_point *points);

/* Weighted mean of a piece as above, and its standard error. */
struct level {
    double mean, error;
};
struct level change_point_level(const double *figures, const double *errors, unsigned count);
