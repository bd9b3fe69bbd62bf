/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* P(X <= k) for X of Binomial(n, p), summed term by term from logarithms; NaN unless 0 <= p <= 1. */
double binomial_cdf(unsigned k, unsigned n, double p);

/*
 * Fisher's exact test, one-sided: the chance that of k_a + k_b events among n_a + n_b, at least k_a fall into
 * the n_a if they fall anywhere alike. 1 where k_a is 0; NaN unless k_a <= n_a and k_b <= n_b.
 */
double fisher_upper(unsigned k_a, unsigned n_a, unsigned k_b, unsigned n_b);

/*
 * Smallest k with P(X <= k) >= level: how many detections n A/A runs may show when each has the chance p,
 * e.g. 7 of 60 at p = 0.05 and level 0.99. n when rounding or the level leave none, n for a p that is no
 * probability.
 */
unsigned binomial_quantile(double level, unsigned n, double p);
