/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/bench/customary.h"
#include "base/cleanup.h"
#include "orchestrator/stats/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define KAYENTA_CONFIDENCE 0.98
#define KAYENTA_TOLERANCE  0.25

double welch_p(const double *before, unsigned n, const double *after, unsigned m)
{
    double a = pow(sample_sd(before, n), 2) / n, b = pow(sample_sd(after, m), 2) / m;
    double difference = sample_mean(after, m) - sample_mean(before, n), freedom;

    if (n < 2 || m < 2)
        return NAN;
    if (a + b == 0)
        return difference == 0 ? 1 : 0;
    freedom = (a + b) * (a + b) / (a * a / (n - 1) + b * b / (m - 1));
    return 2 * student_t_cdf(-fabs(difference) / sqrt(a + b), freedom);
}

/* --- Mann-Whitney --- */

/* One of the figures, with the side it is of. */
struct ranked {
    double figure;
    bool after;
};

static int by_figure(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;

    return (one->figure > other->figure) - (one->figure < other->figure);
}

/* U of `after`, pairs that are equal counting half; *ties: sum of t^3 - t over groups of equals. */
static double statistic(const double *before, unsigned n, const double *after, unsigned m, double shift,
                        double *ties)
{
    OWNED_PTR struct ranked *all = calloc(n + m, sizeof(*all));
    double ranks = 0;

    *ties = 0;
    if (!all)
        return NAN;
    for (unsigned i = 0; i < n + m; i++)
        all[i] = i < n ? (struct ranked){before[i], false} : (struct ranked){after[i - n] - shift, true};
    qsort(all, n + m, sizeof(*all), by_figure);
    for (unsigned first = 0, next; first < n + m; first = next) {
        double equals;

        for (next = first; next < n + m && all[next].figure == all[first].figure; next++)
            ;
        equals = next - first;
        *ties += equals * equals * equals - equals;
        for (unsigned i = first; i < next; i++)
            ranks += all[i].after ? (first + 1 + next) / 2.0 : 0;
    }
    return ranks - m * (m + 1) / 2.0;
}

/*
 * P(U <= u) without ties. The number of ways to choose m of n + m ranks, by the sum of the chosen: ranks are
 * taken in turn, and what is counted is divided by the number of all choices in the end (below 1e30).
 */
static double exact_tail(unsigned n, unsigned m, unsigned u)
{
    unsigned top = n * m;
    OWNED_PTR double *ways = calloc((m + 1) * (top + 1), sizeof(double));
    double below = 0, all = 0;

    if (!ways)
        return NAN;
    ways[0] = 1;
    /* Choosing the rank that has j ranks unchosen below it adds j to U. */
    for (unsigned rank = 0; rank < n + m; rank++)
        for (unsigned chosen = rank + 1 < m ? rank + 1 : m; chosen > 0; chosen--) {
            unsigned unchosen = rank - (chosen - 1);

            if (unchosen > n)
                continue;
            for (unsigned sum = unchosen; sum <= top; sum++)
                ways[chosen * (top + 1) + sum] += ways[(chosen - 1) * (top + 1) + sum - unchosen];
        }
    for (unsigned sum = 0; sum <= top; sum++) {
        below += sum <= u ? ways[m * (top + 1) + sum] : 0;
        all += ways[m * (top + 1) + sum];
    }
    return below / all;
}

static double spread(unsigned n, unsigned m, double ties)
{
    double all = n + m;

    return sqrt(n * (double)m / 12 * (all + 1 - ties / (all * (all - 1))));
}

double mann_whitney_p(const double *before, unsigned n, const double *after, unsigned m)
{
    double ties, u, off, sd;

    if (n == 0 || m == 0)
        return NAN;
    u = statistic(before, n, after, m, 0, &ties);
    if (isnan(u))
        return NAN;
    if (ties == 0 && n <= MANN_WHITNEY_EXACT && m <= MANN_WHITNEY_EXACT)
        return fmin(1, 2 * exact_tail(n, m, (unsigned)fmin(u, n * (double)m - u)));
    off = fabs(u - n * (double)m / 2);
    sd = spread(n, m, ties);
    return sd > 0 ? fmin(1, erfc(fmax(0, off - 0.5) / sd / M_SQRT2)) : 1;
}

/* The statistic, in deviations and drawn half a step towards 0, that falls as `shift` grows. */
static double shifted(const double *before, unsigned n, const double *after, unsigned m, double shift)
{
    double ties, off = statistic(before, n, after, m, shift, &ties) - n * (double)m / 2;
    double step = off > 0 ? 0.5 : off < 0 ? -0.5 : 0;

    return (off - step) / spread(n, m, ties);
}

/* Where the statistic passes `z`; at an end when it does so nowhere. */
static double root(const double *before, unsigned n, const double *after, unsigned m, double z, double low,
                   double high)
{
    if (shifted(before, n, after, m, low) <= z)
        return low;
    if (shifted(before, n, after, m, high) >= z)
        return high;
    for (unsigned i = 0; i < 40; i++) {
        double middle = (low + high) / 2;

        if (shifted(before, n, after, m, middle) > z)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static void extremes(const double *x, unsigned n, double *least, double *most)
{
    *least = *most = x[0];
    for (unsigned i = 1; i < n; i++) {
        *least = fmin(*least, x[i]);
        *most = fmax(*most, x[i]);
    }
}

struct shift mann_whitney_shift(const double *before, unsigned n, const double *after, unsigned m,
                                double confidence)
{
    double z = normal_quantile(0.5 + confidence / 2), before_least, before_most, after_least, after_most;
    double low, high;

    extremes(before, n, &before_least, &before_most);
    extremes(after, m, &after_least, &after_most);
    low = after_least - before_most;
    high = after_most - before_least;
    return (struct shift){root(before, n, after, m, 0, low, high), root(before, n, after, m, z, low, high),
                          root(before, n, after, m, -z, low, high)};
}

int kayenta_class(const double *before, unsigned n, const double *after, unsigned m)
{
    struct shift shift = mann_whitney_shift(before, n, after, m, KAYENTA_CONFIDENCE);
    double tolerated = KAYENTA_TOLERANCE * fabs(shift.estimate);

    return (shift.low > tolerated) - (shift.high < -tolerated);
}

struct ratio_sd hyperfine_ratio(const double *before, unsigned n, const double *after, unsigned m)
{
    double ratio = sample_mean(after, m) / sample_mean(before, n);

    return (struct ratio_sd){ratio, ratio * hypot(sample_sd(before, n) / sample_mean(before, n),
                                                  sample_sd(after, m) / sample_mean(after, m))};
}
