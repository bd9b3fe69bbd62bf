/* SPDX-License-Identifier: GPL-2.0 */
/* One metric: its contrasts, with and without the noise reference, and what the looks say of them. */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "orchestrator/analysis.h"
#include "orchestrator/series.h"
#include "orchestrator/shortfall.h"
#include "orchestrator/stats/signed_rank.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* No throughput at all with the target on: infinitely worse, and so is its logarithm. */
static bool is_standstill(const struct series *series, const struct metric *metric, unsigned block)
{
    return series->numbers[block] == 0 && series->arms[block] == 'B' && metric->higher_is_better;
}

/* The numbers on the scale that is judged, up to the first quad with a block where that is impossible: how
 * many quads come before it, and the reason. */
static unsigned scale(struct series *series, struct metric_result *result)
{
    for (unsigned i = 0; i < series->quads.count * 4; i++) {
        double number = series->numbers[i];

        if (isnan(number) || (series->low[i / 4] && !result->budget))
            result->why = N_("not every block could give it");
        else if (result->relative && number <= 0 && !is_standstill(series, result->metric, i))
            result->why = N_("a block measured zero, so there is no ratio");
        if (result->why)
            return i / 4;
        series->scaled[i] = result->relative ? log(number) : number;
    }
    return series->quads.count;
}

static double arm_mean(const struct series *series, unsigned quads, char arm)
{
    double sum = 0;
    unsigned count = 0;

    for (unsigned i = 0; i < quads * 4; i++) {
        if (series->arms[i] != arm)
            continue;
        sum += series->numbers[i];
        count++;
    }
    return sum / count;
}

/* Of the error of a FAIL: a metric without a budget has none to share. */
static unsigned shares_of(const struct analysis_design *design, const struct metric_result *result)
{
    return result->budget ? analysis_shares(design) : 1;
}

static int interval_k(const struct analysis_design *design, const struct metric_result *result, unsigned m)
{
    if (result->look < design->looks.count)
        return look_k(&design->looks, result->look, m);
    return signed_rank_k(result->n, LOOKS_UNPLANNED_LEVEL);
}

/* Carry-over between blocks, and the reference itself: for the primary metric alone. */
static void keep_detail(struct series *series, const struct metric_result *result,
                        const struct adjust_output *output, struct primary_detail *detail)
{
    struct adjust_input input = {
        .quads = result->n, .kinds = series->kinds, .y = series->scaled, .arms = series->arms};
    OWNED_PTR double *blocks = calloc(result->n * 4 + 1, sizeof(double));
    double half_width = (result->effect.high - result->effect.low) / 2;

    for (unsigned kind = 0; kind < series->kinds; kind++)
        input.r[kind] = series->reference[kind];
    detail->quads = result->n;
    detail->fell_short_off = result->n ? series->fell_short_off[result->n - 1] : 0;
    detail->fell_short = shortfalls_on(series, result->n);
    detail->kinds = series->kinds;
    memcpy(detail->names, series->reference_names, sizeof(detail->names));
    detail->output = *output;
    detail->output.raw = detail->output.adjusted = NULL;
    if (!blocks)
        return;
    adjust_blocks(&input, output, blocks);
    detail->sequence_known = sequence_check(blocks, series->arms, series->apart, result->n,
                                            result->effect.estimate, half_width, &detail->sequence) == 0;
}

static void keep_coefficients(const struct series *series, const struct adjust_output *output,
                              struct metric_reference *reference)
{
    reference->kinds = series->kinds;
    memcpy(reference->names, series->reference_names, sizeof(reference->names));
    memcpy(reference->coefficient, output->coefficient, sizeof(reference->coefficient));
}

/* Effect, raw effect and deviations from the first n quads; intervals at the level that one of m budgets has.
 */
static void estimate(const struct analysis_design *design, struct series *series,
                     struct metric_result *result, unsigned m, struct primary_detail *detail)
{
    struct adjust_output output;
    int k = interval_k(design, result, m);

    result->absolute = result->effect = result->raw = interval_unknown();

    /* The absolute figure first: both use the same arrays, and the judged one must be what stays in them. */
    series_adjust(series, series->numbers, result->n, &output);
    hodges_lehmann(series->adjusted, result->n, k, &result->absolute);
    series_adjust(series, series->scaled, result->n, &output);
    hodges_lehmann(series->adjusted, result->n, k, &result->effect);
    hodges_lehmann(series->raw, result->n, k, &result->raw);
    result->sd = sample_sd(series->adjusted, result->n);
    result->raw_sd = sample_sd(series->raw, result->n);
    result->adjusted = series->kinds > 0 && !output.dropped;
    keep_coefficients(series, &output, &result->reference);
    result->level = look_level(&design->looks, result->look, m);
    result->detectable = result->look < design->looks.count
                             ? detectable_effect(result->look, result->sd, result->n, design->look_kind, k)
                             : NAN;
    result->baseline = arm_mean(series, result->n, 'A');
    result->with_target = arm_mean(series, result->n, 'B');
    result->doubtful = result->adjusted && output.doubtful;
    if (detail)
        keep_detail(series, result, &output, detail);
}

static double worse_sign(const struct metric *metric)
{
    return metric->higher_is_better ? -1 : 1;
}

double analysis_delta(const struct budget *budget)
{
    return budget->relative ? budget_delta(budget->limit, budget->metric->higher_is_better) : budget->limit;
}

static enum verdict verdict_of(const struct analysis_design *design, const struct series *series,
                               const struct metric_result *result, unsigned m, double delta,
                               struct interval *shown)
{
    if (result->doubtful)
        return verdict_of_both(series->worse_raw, series->worse, result->n, &design->looks, result->look, m,
                               delta, shown);
    return verdict_at_look(series->worse, result->n, &design->looks, result->look, m, delta, shown);
}

/* What may lie too low can break a budget, and not hold it. */
static bool lies_low(const struct series *series, unsigned quads)
{
    for (unsigned i = 0; i < quads; i++)
        if (series->low[i])
            return true;
    return false;
}

/*
 * The verdict at result->look, from the contrasts that estimate() left. Where the reference is in doubt, raw
 * and adjusted must agree, and the wider interval is shown, with or without a budget.
 */
static enum verdict judge(const struct analysis_design *design, struct series *series,
                          struct metric_result *result, struct primary_detail *detail)
{
    double sign = worse_sign(result->metric), delta = result->budget ? analysis_delta(result->budget) : NAN;
    struct interval shown = interval_unknown();
    enum verdict verdict;

    for (unsigned i = 0; i < result->n; i++) {
        series->worse[i] = sign * series->adjusted[i];
        series->worse_raw[i] = sign * series->raw[i];
    }
    verdict = verdict_of(design, series, result, shares_of(design, result), delta, &shown);
    if (verdict == VERDICT_PASS && lies_low(series, result->n))
        verdict = VERDICT_OPEN;
    result->fell_short = (verdict == VERDICT_FAIL || verdict == VERDICT_PASS) &&
                         !shortfall_stands(design, series, result, verdict, delta);
    if (result->fell_short)
        verdict = VERDICT_OPEN;
    if (verdict == VERDICT_PASS && analysis_shares(design) > 1) {
        /* what it was judged on: passing needs every budget to hold */
        estimate(design, series, result, 1, detail);
        verdict_of(design, series, result, 1, delta, &shown);
    }
    if (result->doubtful && isfinite(shown.low) && isfinite(shown.high)) {
        result->effect.low = sign > 0 ? shown.low : -shown.high;
        result->effect.high = sign > 0 ? shown.high : -shown.low;
    }
    return verdict;
}

/* Quads that would decide it: no fewer than the first look has. Counted instructions have no looks. */
static double needed_quads(const struct analysis_design *design, const struct metric_result *result)
{
    double half = (result->effect.high - result->effect.low) / 2, quads;
    struct look_plan all;

    if (look_plan_make(&all, design->look_kind, 0) || !all.count)
        return NAN;
    quads = quads_needed(result->n, analysis_delta(result->budget),
                         worse_sign(result->metric) * result->effect.estimate, half);
    return result->n < all.quads[0] ? fmax(quads, all.quads[0]) : quads;
}

static void finish_inconclusive(const struct analysis_design *design, const struct series *series,
                                struct metric_result *result)
{
    result->verdict = VERDICT_INCONCLUSIVE;
    /* More quads as low as these would not decide it. */
    if (!lies_low(series, result->n) && !result->fell_short)
        result->needed_quads = needed_quads(design, result);
}

/* Looks are gone through in order: a verdict, once reached, stands, and so does its interval. */
static void judge_looks(const struct analysis_design *design, struct series *series, unsigned reached,
                        struct metric_result *result, struct primary_detail *detail)
{
    unsigned first = result->budget || !reached ? 0 : reached - 1;

    for (unsigned look = first; look < reached; look++) {
        result->look = look;
        result->n = design->looks.quads[look];
        estimate(design, series, result, shares_of(design, result), detail);
        result->verdict = judge(design, series, result, detail);
        if (result->budget && result->verdict != VERDICT_OPEN)
            break;
    }
    result->at_least = result->verdict == VERDICT_FAIL && result->look + 1 < design->looks.count;
    if (result->budget && result->verdict == VERDICT_OPEN) /* without one, none is open */
        finish_inconclusive(design, series, result);
}

/* The looks before a block that can't be judged: a verdict of theirs stands all the same. Without one,
 * nothing is known of the metric. */
static void judge_looks_before(const struct analysis_design *design, struct series *series, unsigned reached,
                               struct metric_result *result, struct primary_detail *detail)
{
    const struct metric_result unknown = *result;

    if (!result->budget || !reached)
        return;
    judge_looks(design, series, reached, result, detail);
    if (result->verdict == VERDICT_PASS || result->verdict == VERDICT_FAIL) {
        result->available = true;
        result->why = NULL;
        return;
    }
    *result = unknown;
    if (detail)
        *detail = (struct primary_detail){0};
}

static const struct budget *budget_of(const struct analysis_design *design, const struct metric *metric)
{
    for (unsigned i = 0; i < design->budget_count; i++)
        if (design->budgets[i].metric == metric)
            return &design->budgets[i];
    return NULL;
}

int analysis_metric(const struct analysis_design *design, const struct trial *trial,
                    const struct metric *metric, struct metric_result *result, struct primary_detail *detail)
{
    CLEANUP(series_free) struct series series = {0};
    unsigned usable, reached;

    *result = (struct metric_result){.metric = metric,
                                     .budget = budget_of(design, metric),
                                     .primary = metric == design->primary,
                                     .needed_quads = NAN,
                                     .detectable = NAN,
                                     .late = interval_unknown(),
                                     .verdict = VERDICT_MEASURED};
    result->relative = result->budget ? result->budget->relative : metric->relative;
    if (series_make(&series, trial, metric))
        return -ENOMEM;
    usable = scale(&series, result);
    result->available = usable > 0 && usable == series.quads.count;
    reached = looks_reached(&design->looks, usable);
    result->lies_low = result->budget && lies_low(&series, usable);
    if (!result->available) {
        result->verdict = result->budget ? VERDICT_INCONCLUSIVE : VERDICT_MEASURED;
        judge_looks_before(design, &series, reached, result, detail);
        return 0;
    }
    if (result->budget)
        result->verdict = VERDICT_OPEN;
    if (!reached) {
        result->look = design->looks.count;
        result->n = series.quads.count;
        estimate(design, &series, result, shares_of(design, result), detail);
    }
    judge_looks(design, &series, reached, result, detail);
    return 0;
}
