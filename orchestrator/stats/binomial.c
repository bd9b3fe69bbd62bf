/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/binomial.h"

#include <math.h>

static double term(unsigned k, unsigned n, double p)
{
    if (p == 0 || p == 1)
        return k == (p == 0 ? 0 : n);
    return exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) + k * log(p) + (n - k) * log1p(-p));
}

double binomial_cdf(unsigned k, unsigned n, double p)
{
    double sum = 0;

    if (!(p >= 0 && p <= 1))
        return NAN;
    if (k >= n)
        return 1;
    for (unsigned i = 0; i <= k; i++)
        sum += term(i, n, p);
    return fmin(sum, 1);
}

unsigned binomial_quantile(double level, unsigned n, double p)
{
    double sum = 0;

    if (!(p >= 0 && p <= 1))
        return n;
    for (unsigned k = 0; k < n; k++) {
        sum += term(k, n, p);
        if (sum >= level)
            return k;
    }
    return n;
}

static double log_choose(unsigned n, unsigned k)
{
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

double fisher_upper(unsigned k_a, unsigned n_a, unsigned k_b, unsigned n_b)
{
    unsigned events = k_a + k_b, most = events < n_a ? events : n_a;
    double sum = 0;

    if (k_a > n_a || k_b > n_b)
        return NAN;
    if (k_a == 0)
        return 1;
    for (unsigned k = k_a; k <= most; k++)
        sum += exp(log_choose(n_a, k) + log_choose(n_b, events - k) - log_choose(n_a + n_b, events));
    return fmin(sum, 1);
}
