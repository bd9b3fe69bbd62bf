/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/ratio.h"
#include "orchestrator/stats/select.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#define RATIOS_MAX (ESTIMATE_MAX * (ESTIMATE_MAX + 1) / 2)

static bool all_finite(const double *x, const double *y, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!isfinite(x[i]) || !isfinite(y[i]))
            return false;
    return true;
}

/* The sums of two have one sign if the single numbers have. */
static bool has_one_sign(const double *x, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!(x[i] * x[0] > 0))
            return false;
    return true;
}

int paired_ratio(const double *x, const double *y, unsigned n, int k, struct interval *out)
{
    double ratios[RATIOS_MAX];
    unsigned count = 0;

    if (n == 0 || n > ESTIMATE_MAX || !all_finite(x, y, n) ||
        (k >= 0 && (unsigned)k >= (n * (n + 1) / 2 + 1) / 2))
        return -EINVAL;
    if (!has_one_sign(x, n))
        return -ERANGE;
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = i; j < n; j++)
            ratios[count++] = (y[i] + y[j]) / (x[i] + x[j]);
    out->estimate = select_median(ratios, count);
    out->low = -INFINITY;
    out->high = INFINITY;
    if (k < 0)
        return 0;
    /* The median has parted the values: each bound lies in its own half. */
    out->low = select_rank(ratios, count / 2 + 1, (unsigned)k);
    out->high = select_rank(ratios + count / 2, count - count / 2, count - count / 2 - 1 - (unsigned)k);
    return 0;
}
