/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/growth.h"

#include "orchestrator/stats/select.h"
#include "orchestrator/stats/student.h"

#include <math.h>

#define PAIRS_MAX (GROWTH_POINTS_MAX * (GROWTH_POINTS_MAX - 1) / 2)

/* Means of groups of neighbours, as equal in size as can be; the number of groups. */
static unsigned thin(const double *x, unsigned n, double *groups)
{
    unsigned count = n < GROWTH_POINTS_MAX ? n : GROWTH_POINTS_MAX;

    for (unsigned i = 0; i < count; i++) {
        unsigned from = (unsigned)((unsigned long)i * n / count);
        unsigned to = (unsigned)((i + 1UL) * n / count);

        groups[i] = sample_mean(x + from, to - from);
    }
    return count;
}

static unsigned pair_slopes(const double *t, const double *y, unsigned n, double *slopes)
{
    unsigned count = 0;

    for (unsigned i = 0; i < n; i++)
        for (unsigned j = i + 1; j < n; j++)
            if (t[j] > t[i])
                slopes[count++] = (y[j] - y[i]) / (t[j] - t[i]);
    return count;
}

/* Half the number of slopes that Kendall's statistic leaves between the bounds (normal approximation). */
static double half_span(unsigned n, double level)
{
    double points = n;

    return normal_quantile(0.5 + level / 2) * sqrt(points * (points - 1) * (2 * points + 5) / 18) / 2;
}

struct interval growth_interval(const double *t, const double *y, unsigned n, double level)
{
    double times[GROWTH_POINTS_MAX], values[GROWTH_POINTS_MAX], slopes[PAIRS_MAX], below;
    unsigned points, count;
    struct interval interval;

    for (unsigned i = 0; i < n; i++)
        if (!isfinite(t[i]) || !isfinite(y[i]))
            return interval_unknown();
    points = thin(t, n, times);
    thin(y, n, values);
    count = pair_slopes(times, values, points, slopes);
    if (count == 0)
        return interval_unknown();
    interval = (struct interval){select_median(slopes, count), -INFINITY, INFINITY};
    below = floor(count / 2.0 - half_span(points, level)); /* rank of the lower bound, counted from 1 */
    if (below >= 1) {
        interval.low = select_rank(slopes, count, (unsigned)below - 1);
        interval.high = select_rank(slopes, count, count - (unsigned)below);
    }
    return interval;
}
