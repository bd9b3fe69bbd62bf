/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/estimate.h"

#include "orchestrator/stats/select.h"
#include "orchestrator/stats/student.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#define WALSH_MAX (ESTIMATE_MAX * (ESTIMATE_MAX + 1) / 2)

struct interval interval_unknown(void)
{
    return (struct interval){NAN, NAN, NAN};
}

/* A dead workload may well be infinitely worse; worse and better at once has no average. */
static bool averages_exist(const double *x, unsigned n)
{
    bool plus = false, minus = false;

    for (unsigned i = 0; i < n; i++) {
        if (isnan(x[i]))
            return false;
        plus = plus || (isinf(x[i]) && x[i] > 0);
        minus = minus || (isinf(x[i]) && x[i] < 0);
    }
    return !(plus && minus);
}

static unsigned walsh_averages(const double *x, unsigned n, double *walsh)
{
    unsigned count = 0;

    for (unsigned i = 0; i < n; i++)
        for (unsigned j = i; j < n; j++)
            walsh[count++] = (x[i] + x[j]) / 2;
    return count;
}

int hodges_lehmann(const double *x, unsigned n, int k, struct interval *out)
{
    double walsh[WALSH_MAX];
    unsigned count = n * (n + 1) / 2;

    if (n == 0 || n > ESTIMATE_MAX || !averages_exist(x, n) || (k >= 0 && (unsigned)k >= (count + 1) / 2))
        return -EINVAL;
    walsh_averages(x, n, walsh);
    out->estimate = select_median(walsh, count);
    out->low = -INFINITY;
    out->high = INFINITY;
    if (k >= 0) {
        /* The median has parted the values: each bound lies in its own half. */
        out->low = select_rank(walsh, count / 2 + 1, (unsigned)k);
        out->high = select_rank(walsh + count / 2, count - count / 2, count - count / 2 - 1 - (unsigned)k);
    }
    return 0;
}

double sample_mean(const double *x, unsigned n)
{
    double sum = 0;

    for (unsigned i = 0; i < n; i++)
        sum += x[i];
    return n ? sum / n : NAN;
}

double sample_sd(const double *x, unsigned n)
{
    double mean = sample_mean(x, n), squares = 0;

    for (unsigned i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return n < 2 ? NAN : sqrt(squares / (n - 1));
}

struct interval t_interval(const double *x, unsigned n, double level)
{
    double mean = sample_mean(x, n), sd = sample_sd(x, n), half;

    if (isnan(sd))
        return (struct interval){mean, -INFINITY, INFINITY};
    half = student_t_quantile(0.5 + level / 2, n - 1) * sd / sqrt(n);
    return (struct interval){mean, mean - half, mean + half};
}

double mean_upper_t(const double *x, unsigned n, double level)
{
    double sd = sample_sd(x, n);

    if (isnan(sd))
        return INFINITY;
    return sample_mean(x, n) + student_t_quantile(level, n - 1) * sd / sqrt(n);
}
