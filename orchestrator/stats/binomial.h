/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* P(X <= k) for X of Binomial(n, p), summed term by term from logarithms; NaN unless 0 <= p <= 1. */
double binomial_cdf(unsigned k, unsigned n, double p);

/*
 * Smallest k with P(X <= k) >= level: how many detections n A/A runs may show when each has the chance p,
 * e.g. 7 of 60 at p = 0.05 and level 0.99. n when rounding or the level leave none, n for a p that is no
 * probability.
 */
unsigned binomial_quantile(double level, unsigned n, double p);
