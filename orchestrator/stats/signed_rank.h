/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The exact null distribution of Wilcoxon's signed-rank statistic W, the sum of the ranks with a positive
 * sign, each of the 2^n patterns of signs being equally likely (F. Wilcoxon, Biometrics Bulletin 1(6), 1945;
 * the recursion over n: M. Hollander, D. Wolfe, "Nonparametric Statistical Methods", section 3.1).
 */
#pragma once

#define SIGNED_RANK_MAX 128 /* the longest plan there is: 128 quads */

/* P(W <= k) for n observations; NaN when n is above SIGNED_RANK_MAX. */
double signed_rank_cdf(unsigned n, unsigned k);

/*
 * Largest k with P(W <= k) <= level; -1 when there is none, or when n is 0 or above SIGNED_RANK_MAX. With it,
 * the interval from the (k+1)-th smallest to the (k+1)-th largest Walsh average misses by at most `level` a
 * side.
 */
int signed_rank_k(unsigned n, double level);
