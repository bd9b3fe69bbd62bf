/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/stats/estimate.h"

/*
 * How many times x is y, from n pairs: the median of the ratios (y[i] + y[j]) / (x[i] + x[j]), i <= j, and
 * the interval from the (k+1)-th smallest to the (k+1)-th largest of them. This inverts the signed-rank test
 * of y - ratio * x as Hodges and Lehmann's interval inverts that of y - shift: (z[i] + z[j]) / 2 > 0 for z =
 * y - ratio x is the same as ratio < (y[i] + y[j]) / (x[i] + x[j]) where the divisor is above 0. It therefore
 * misses by at most P(W <= k) a side wherever y - ratio x is symmetric about 0, whatever the two have in
 * common; E. C. Fieller's interval (JRSS B 16(2), 1954) does the same with Student's test.
 *
 * 0; -ERANGE when the sums of x have no common sign, so that there is no saying what y is a multiple of;
 * -EINVAL for n = 0, n > ESTIMATE_MAX, a number that is not finite, or a k that leaves nothing;
 * *out is untouched then. k = -1 gives the whole line.
 */
int paired_ratio(const double *x, const double *y, unsigned n, int k, struct interval *out);
