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
