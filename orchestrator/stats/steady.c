/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/steady.h"

#include "orchestrator/stats/student.h"

#include <errno.h>
#include <math.h>

#define LATE_AT      0.75 /* the older half is centred three quarters along the attachment */
#define BATCHES      4
#define REPORT_LEVEL 0.95

static bool all_finite(const double *x, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

static bool complete(const struct steady_input *input)
{
    return input->bin_count >= 2 && input->quads >= 2 && input->before_count + input->after_count > 0 &&
           isfinite(input->estimate) && isfinite(input->sd) && all_finite(input->bins, input->bin_count) &&
           all_finite(input->before, input->before_count) && all_finite(input->after, input->after_count);
}

/* Squared standard error of a mean; 0 where one value can't tell. */
static double mean_variance(const double *x, unsigned n)
{
    double sd = sample_sd(x, n);

    return isnan(sd) ? 0 : sd * sd / n;
}

/* The same for neighbouring bins: from the means of four batches, where each has two bins and more. */
static double bins_variance(const double *x, unsigned n)
{
    double means[BATCHES];
    unsigned size = n / BATCHES;

    if (size < 2)
        return mean_variance(x, n);
    for (unsigned i = 0; i < BATCHES; i++)
        means[i] = sample_mean(x + n - (BATCHES - i) * size, size);
    return mean_variance(means, BATCHES);
}

struct level {
    double value;
    double variance; /* of the values around it */
    double bridge;   /* of the way between them */
};

/* Where A stood in the older half of the attachment. */
static struct level baseline(const struct steady_input *input)
{
    double before = sample_mean(input->before, input->before_count), after, step;
    double before_variance = mean_variance(input->before, input->before_count);
    double after_variance = mean_variance(input->after, input->after_count);

    if (input->after_count == 0)
        return (struct level){before, before_variance, 0};
    after = sample_mean(input->after, input->after_count);
    if (input->before_count == 0)
        return (struct level){after, after_variance, 0};
    step = after - before;
    return (struct level){
        .value = before + LATE_AT * step,
        .variance = (1 - LATE_AT) * (1 - LATE_AT) * before_variance + LATE_AT * LATE_AT * after_variance,
        .bridge = LATE_AT * (1 - LATE_AT) * step * step,
    };
}

static struct interval around(double estimate, double variance, double df, double level)
{
    double half = student_t_quantile(0.5 + level / 2, df) * sqrt(variance);

    return (struct interval){estimate, estimate - half, estimate + half};
}

int steady_check(const struct steady_input *input, struct steady_report *report)
{
    unsigned early = input->bin_count / 2, late = input->bin_count - early;
    double effect, variance, df, quad_variance = input->sd * input->sd;
    struct level level;

    if (!complete(input))
        return -EINVAL;
    level = baseline(input);
    effect = sample_mean(input->bins + early, late) - level.value;
    variance = fmax(quad_variance, bins_variance(input->bins + early, late) + level.variance) + level.bridge;
    df = input->quads - 1;
    report->late = around(effect, variance, df, REPORT_LEVEL);
    report->shared =
        input->level > 0 ? around(effect, variance, df, 1 - 2 * input->level) : interval_unknown();
    report->change =
        around(effect - input->estimate, variance + quad_variance / input->quads, df, STEADY_LEVEL);
    report->differs = report->change.low > 0 || report->change.high < 0;
    return 0;
}
