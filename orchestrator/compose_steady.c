/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/analysis_steady.h"
#include "orchestrator/compose.h"
#include "reports/jsonio.h"

#include <math.h>

static json_t *compose_bins(const struct trial *trial, const struct metric *metric)
{
    json_t *bins = json_array();

    for (size_t i = 0; i < trial->count; i++) {
        const struct block *block = &trial->blocks[i];

        if (block->phase == PHASE_STEADY && block->arm == 'B')
            json_array_append_new(bins,
                                  json_pack("{s:f, s:o}", "age_s",
                                            ((double)block->age_ns + (double)block->window_ns / 2) / 1e9,
                                            "value", jsonio_number(metric->value(metric, block))));
    }
    return bins;
}

static json_t *compose_growth(const struct trial *trial)
{
    struct interval growth = analysis_growth(trial, "target.rss_bytes");

    if (isnan(growth.estimate))
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "bytes_per_second", jsonio_number(growth.estimate), "low",
                     jsonio_number(growth.low), "high", jsonio_number(growth.high));
}

json_t *compose_steady(struct analysis *analysis, const struct trial *trial)
{
    struct metric_result *primary = NULL;
    struct steady_result steady;

    for (unsigned i = 0; i < metric_count; i++) {
        struct metric_result *metric = &analysis->metrics[i];

        if (metric->primary)
            primary = metric;
        if (!metric->budget)
            continue;
        analysis_steady(trial, metric, &steady);
        analysis_judge_steady(metric, &steady);
    }
    if (!primary)
        return json_null();
    analysis_steady(trial, primary, &steady);
    if (!steady.held)
        return json_null();
    return json_pack("{s:s, s:s, s:f, s:o, s:o, s:o, s:o, s:o}", "metric", primary->metric->name, "unit",
                     primary->metric->unit, "seconds", steady.seconds, "baseline",
                     jsonio_number(steady.baseline), "bins", compose_bins(trial, primary->metric),
                     "late_estimate",
                     steady.known ? compose_effect_interval(primary, &steady.report.late) : json_null(),
                     "differs", steady.known ? json_boolean(steady.report.differs) : json_null(),
                     "memory_growth", compose_growth(trial));
}
