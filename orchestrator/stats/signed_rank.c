/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/signed_rank.h"

#include <math.h>

#define SUM_MAX (SIGNED_RANK_MAX * (SIGNED_RANK_MAX + 1) / 2)

/*
 * p[s] = P(W = s) for s = 0 .. top: each pattern of signs weighs 2^-n, and rank r is in the sum of half of
 * them. Exact up to n = 50; beyond, the roundings of the additions come to less than 1e-13 in all.
 */
static void distribution(unsigned n, unsigned top, double *p)
{
    unsigned reached = 0;

    for (unsigned s = 0; s <= top; s++)
        p[s] = 0;
    p[0] = ldexp(1, -(int)n);
    for (unsigned rank = 1; rank <= n; rank++) {
        reached = reached + rank < top ? reached + rank : top;
        for (unsigned s = reached; s >= rank; s--)
            p[s] += p[s - rank];
    }
}

double signed_rank_cdf(unsigned n, unsigned k)
{
    double p[SUM_MAX + 1], sum = 0;

    if (n > SIGNED_RANK_MAX)
        return NAN;
    if (k >= n * (n + 1) / 2)
        return 1;
    distribution(n, k, p);
    for (unsigned s = 0; s <= k; s++)
        sum += p[s];
    return sum;
}

int signed_rank_k(unsigned n, double level)
{
    unsigned total = n * (n + 1) / 2, top;
    double p[SUM_MAX + 1], sum = 0;
    int k = -1;

    if (n == 0 || n > SIGNED_RANK_MAX)
        return -1;
    /* P(W <= s) is above 1/2 from the middle on: the lower half is all that small levels need. */
    top = level < 0.5 ? total / 2 : total;
    distribution(n, top, p);
    while (k < (int)top && (sum += p[k + 1]) <= level)
        k++;
    return k;
}
