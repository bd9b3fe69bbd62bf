/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/analysis_growth.h"
#include "orchestrator/analysis_steady.h"
#include "agents/memory_census.h"
#include "orchestrator/compose.h"
#include "reports/jsonio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GROWERS_MAX 16

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
    struct interval growth = analysis_growth(trial, "target.rss_bytes", GROWTH_LEVEL);

    if (isnan(growth.estimate))
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "bytes_per_second", jsonio_number(growth.estimate), "low",
                     jsonio_number(growth.low), "high", jsonio_number(growth.high));
}

/* "1234.name" behind the kind, as the census writes it. */
static json_t *compose_grower(const struct grower *grower)
{
    bool process = strncmp(grower->value, CENSUS_PROCESS, strlen(CENSUS_PROCESS)) == 0;
    const char *rest = grower->value + strlen(process ? CENSUS_PROCESS : CENSUS_MAP),
               *dot = strchr(rest, '.');

    return json_pack("{s:s, s:i, s:s, s:f, s:o, s:o}", "what", process ? "process" : "map", "id", atoi(rest),
                     "name", dot ? dot + 1 : "", "bytes_per_second", grower->growth.estimate, "low",
                     jsonio_number(grower->growth.low), "high", jsonio_number(grower->growth.high));
}

json_t *compose_growers(const struct trial *trial)
{
    struct grower growers[GROWERS_MAX];
    unsigned count = analysis_growers(trial, growers, GROWERS_MAX);
    json_t *list = json_array();

    for (unsigned i = 0; i < count; i++)
        json_array_append_new(list, compose_grower(&growers[i]));
    return list;
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
        analysis_steady(&analysis->design, trial, metric, &steady);
        analysis_judge_steady(&analysis->design, metric, &steady);
    }
    if (!primary)
        return json_null();
    analysis_steady(&analysis->design, trial, primary, &steady);
    if (!steady.held)
        return json_null();
    return json_pack("{s:s, s:s, s:f, s:o, s:o, s:o, s:o, s:o, s:o}", "metric", primary->metric->name, "unit",
                     primary->metric->unit, "seconds", steady.seconds, "baseline",
                     jsonio_number(steady.baseline), "bins", compose_bins(trial, primary->metric),
                     "late_estimate",
                     steady.known ? compose_effect_interval(primary, &steady.report.late) : json_null(),
                     "differs", steady.known ? json_boolean(steady.report.differs) : json_null(),
                     "memory_growth", compose_growth(trial), "growing", compose_growers(trial));
}
