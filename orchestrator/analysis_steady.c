/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/analysis_steady.h"
#include "base/cleanup.h"
#include "orchestrator/shortfall.h"

#include <errno.h>
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

/* The metric of one block on the scale of its contrasts, less what the reference says of the machine where it
 * is adjusted. */
static double scaled(const struct metric_result *metric, const struct block *block, bool adjusted)
{
    const struct metric_reference *reference = &metric->reference;
    double number = metric->metric->value(metric->metric, block);
    double y = metric->relative ? log(number) : number;

    for (unsigned kind = 0; adjusted && kind < reference->kinds; kind++)
        if (reference->coefficient[kind] != 0)
            y -= reference->coefficient[kind] * series_reference_log(block, reference->names[kind]);
    return y;
}

static int collect(struct bins *bins, const struct trial *trial, const struct metric_result *metric,
                   bool adjusted)
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
        y = scaled(metric, block, adjusted);
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
            result->fell_short |= block_fell_short(block);
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

static int check(const struct analysis_design *design, const struct trial *trial,
                 const struct metric_result *metric, bool raw, struct steady_report *report)
{
    CLEANUP(bins_free) struct bins bins = {0};
    bool looked = metric->look < design->looks.count;
    struct steady_input input;

    if (collect(&bins, trial, metric, metric->adjusted && !raw))
        return -EINVAL;
    input = (struct steady_input){
        .bins = bins.on,
        .bin_count = bins.on_count,
        .before = bins.before,
        .before_count = bins.before_count,
        .after = bins.after,
        .after_count = bins.after_count,
        .estimate = raw ? metric->raw.estimate : metric->effect.estimate,
        .sd = raw ? metric->raw_sd : metric->sd,
        .quads = metric->n,
        .level = looked ? look_level(&design->looks, metric->look, analysis_shares(design)) : 0};
    return steady_check(&input, report);
}

void analysis_steady(const struct analysis_design *design, const struct trial *trial,
                     const struct metric_result *metric, struct steady_result *result)
{
    *result = (struct steady_result){0};
    describe(trial, metric, result);
    result->known = result->held && metric->available &&
                    check(design, trial, metric, false, &result->report) == 0 &&
                    (!metric->doubtful || check(design, trial, metric, true, &result->raw) == 0);
}

/* What one report makes of the verdict of the windows, whose estimate it was held against. */
static enum verdict judged_by(const struct metric_result *metric, const struct steady_report *report,
                              double estimate)
{
    double sign = metric->metric->higher_is_better ? -1 : 1, delta = analysis_delta(metric->budget);
    double low = sign > 0 ? report->shared.low : -report->shared.high;
    double high = sign > 0 ? report->late.high : -report->late.low;

    if (!report->differs || sign * report->late.estimate <= sign * estimate)
        return metric->verdict;
    if (low > delta)
        return VERDICT_FAIL;
    return high < delta ? metric->verdict : VERDICT_INCONCLUSIVE;
}

void analysis_judge_steady(const struct analysis_design *design, struct metric_result *metric,
                           const struct steady_result *steady)
{
    enum verdict verdict, raw;

    metric->late = steady->known ? steady->report.late : interval_unknown();
    if (!steady->known || metric->look >= design->looks.count ||
        (metric->verdict != VERDICT_PASS && metric->verdict != VERDICT_INCONCLUSIVE))
        return;
    verdict = judged_by(metric, &steady->report, metric->effect.estimate);
    raw = metric->doubtful ? judged_by(metric, &steady->raw, metric->raw.estimate) : verdict;
    if (raw != verdict)
        verdict = VERDICT_INCONCLUSIVE;
    if (verdict == VERDICT_FAIL && steady->fell_short)
        verdict = VERDICT_INCONCLUSIVE;
    metric->judged_on_steady = verdict != metric->verdict;
    metric->verdict = verdict;
}
