/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/analysis_steady.h"
#include "base/cleanup.h"

#include <math.h>
#include <string.h>

/* Bins by age, and the A windows around them; all owned. */
struct bins {
    double *before, *on, *after;
    unsigned before_count, on_count, after_count;
};

static void bins_free(struct bins *bins)
{
    free(bins->before);
    free(bins->on);
    free(bins->after);
}

/* The metric of one block on the scale of its contrasts, less what the reference says of the machine. */
static double scaled(const struct metric_result *metric, const struct block *block)
{
    const struct metric_reference *reference = &metric->reference;
    double number = metric->metric->value(metric->metric, block);
    double y = metric->relative ? log(number) : number;

    for (unsigned kind = 0; metric->adjusted && kind < reference->kinds; kind++)
        if (reference->coefficient[kind] != 0)
            y -= reference->coefficient[kind] * series_reference_log(block, reference->names[kind]);
    return y;
}

static int collect(struct bins *bins, const struct trial *trial, const struct metric_result *metric)
{
    bins->before = calloc(trial->count + 1, sizeof(double));
    bins->on = calloc(trial->count + 1, sizeof(double));
    bins->after = calloc(trial->count + 1, sizeof(double));
    if (!bins->before || !bins->on || !bins->after)
        return -1;
    for (size_t i = 0; i < trial->count; i++) {
        const struct block *block = &trial->blocks[i];
        double y;

        if (block->phase != PHASE_STEADY)
            continue;
        if (block->invalid[0]) /* and so are those after it: the machine has changed */
            return -1;
        y = scaled(metric, block);
        if (block->arm == 'B')
            bins->on[bins->on_count++] = y;
        else if (bins->on_count == 0)
            bins->before[bins->before_count++] = y;
        else
            bins->after[bins->after_count++] = y;
    }
    return 0;
}

static void describe(const struct trial *trial, const struct metric_result *metric,
                     struct steady_result *result)
{
    double sum = 0, count = 0, first_ns = NAN, last_ns = NAN;

    for (size_t i = 0; i < trial->count; i++) {
        const struct block *block = &trial->blocks[i];

        if (block->phase != PHASE_STEADY)
            continue;
        if (block->arm == 'B') {
            first_ns = isnan(first_ns) ? (double)block->start_ns : first_ns;
            last_ns = (double)(block->start_ns + block->window_ns);
        } else if (isnan(first_ns)) {
            sum += metric->metric->value(metric->metric, block);
            count++;
        }
    }
    result->held = !isnan(first_ns);
    result->seconds = (last_ns - first_ns) / 1e9;
    result->baseline = sum / count;
}

void analysis_steady(const struct trial *trial, const struct metric_result *metric,
                     struct steady_result *result)
{
    CLEANUP(bins_free) struct bins bins = {0};
    struct steady_input input;

    *result = (struct steady_result){0};
    describe(trial, metric, result);
    if (!result->held || !metric->available || collect(&bins, trial, metric))
        return;
    input = (struct steady_input){.bins = bins.on,
                                  .bin_count = bins.on_count,
                                  .before = bins.before,
                                  .before_count = bins.before_count,
                                  .after = bins.after,
                                  .after_count = bins.after_count,
                                  .estimate = metric->effect.estimate,
                                  .sd = metric->sd,
                                  .quads = metric->n};
    result->known = steady_check(&input, &result->report) == 0;
}

void analysis_judge_steady(struct metric_result *metric, const struct steady_result *steady)
{
    double sign = metric->metric->higher_is_better ? -1 : 1;
    struct interval late = steady->report.late;
    double low = sign > 0 ? late.low : -late.high, high = sign > 0 ? late.high : -late.low;
    double delta;

    metric->late = steady->known ? late : interval_unknown();
    if (!steady->known || !steady->report.differs || sign * late.estimate <= sign * metric->effect.estimate)
        return;
    if (metric->verdict != VERDICT_PASS && metric->verdict != VERDICT_INCONCLUSIVE)
        return;
    delta = analysis_delta(metric->budget);
    if (low > delta)
        metric->verdict = VERDICT_FAIL;
    else if (high < delta || metric->verdict == VERDICT_INCONCLUSIVE)
        return;
    else
        metric->verdict = VERDICT_INCONCLUSIVE;
    metric->judged_on_steady = true;
}
