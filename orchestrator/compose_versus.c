/* SPDX-License-Identifier: GPL-2.0 */
/* The document's "versus": the second target, both against each other, and how many times the first it costs.
 */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "orchestrator/compose.h"
#include "orchestrator/series.h"
#include "orchestrator/stats/ratio.h"
#include "orchestrator/versus.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>

/* The level and the quads of the last look there was; all quads where there was none. */
struct standing {
    unsigned quads;
    int k;
    double level;
};

static struct standing standing_of(const struct analysis *analysis)
{
    const struct look_plan *looks = &analysis->design.looks;
    unsigned reached = looks_reached(looks, analysis->quads), look = reached - 1;

    if (!reached)
        return (struct standing){analysis->quads, signed_rank_k(analysis->quads, LOOKS_UNPLANNED_LEVEL),
                                 LOOKS_UNPLANNED_LEVEL};
    return (struct standing){looks->quads[look], look_k(looks, look, 1), looks->levels[look]};
}

/* Adjusted contrasts of a metric in its unit, at most `quads`; false where some block has none. */
static bool contrasts(const struct trial *pair, const struct metric *metric, unsigned quads, double *out)
{
    CLEANUP(series_free) struct series series = {0};
    struct adjust_output output;

    if (series_make(&series, pair, metric) || series.quads.count < quads)
        return false;
    for (unsigned i = 0; i < quads * 4; i++)
        if (!isfinite(series.numbers[i]) || series.low[i / 4])
            return false;
    series_adjust(&series, series.numbers, quads, &output);
    for (unsigned i = 0; i < quads; i++)
        out[i] = series.adjusted[i];
    return true;
}

/* A target that this load does not fire costs next to nothing, and is no measure of the other; NULL: both
 * ran. */
static const char *unfired(const struct trial *first, const struct trial *second)
{
    return compose_fired(first) == FIRED_NEVER ? N_("the first target's programs never ran under this load")
           : compose_fired(second) == FIRED_NEVER
               ? N_("the second target's programs never ran under this load")
               : NULL;
}

static const char *why_none(int result)
{
    return result == 0         ? NULL
           : result == -ERANGE ? N_("the first target's own cost is not sure in each quad")
                               : N_("too few quads");
}

static json_t *describe_ratio(const struct metric *metric, const struct standing *standing,
                              const char *no_ratio, const double *first, const double *second)
{
    struct interval ratio = interval_unknown();
    const char *why =
        no_ratio ? no_ratio : why_none(paired_ratio(first, second, standing->quads, standing->k, &ratio));
    json_t *json = compose_interval(ratio.estimate, ratio.low, ratio.high);

    json_object_set_new(json, "name", json_string(metric->name));
    json_object_set_new(json, "level", json_real(1 - 2 * standing->level));
    json_object_set_new(json, "why", why ? json_string(why) : json_null());
    return json;
}

static json_t *compose_ratios(const struct trial *first, const struct trial *second,
                              const struct analysis *analysis)
{
    struct standing standing = standing_of(analysis);
    const char *no_ratio = unfired(first, second);
    double x[ESTIMATE_MAX], y[ESTIMATE_MAX];
    json_t *list = json_array();

    for (unsigned i = 0; i < metric_count; i++) {
        const struct metric *metric = &metric_table[i];

        if (contrasts(first, metric, standing.quads, x) && contrasts(second, metric, standing.quads, y))
            json_array_append_new(list, describe_ratio(metric, &standing, no_ratio, x, y));
    }
    return list;
}

static int compose_between(const struct trial *trial, json_t **metrics, struct error *error)
{
    CLEANUP(versus_pair_free) struct trial pair = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    int result = versus_pair(&pair, trial, 'B', 'C');

    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "out of memory");
    json_object_set_new(pair.header, "budgets", json_array()); /* they are against the baseline */
    result = analysis_make(&analysis, &pair, error);
    if (result == 0)
        *metrics = compose_metrics(&analysis);
    return result;
}

/* What a document of the second target alone says, without what both have in common. */
static json_t *compose_second(const json_t *document)
{
    static const char *const kept[] = {"target", "metrics", "cost_split", "breakdown",
                                       "losses", "advice",  "warnings"};
    json_t *json = json_object();

    for (unsigned i = 0; i < ARRAY_SIZE(kept); i++)
        json_object_set(json, kept[i], json_object_get(document, kept[i]));
    return json;
}

json_t *compose_versus(const struct trial *trial, struct error *error)
{
    CLEANUP(versus_pair_free) struct trial first = {0};
    CLEANUP(versus_pair_free) struct trial second = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    CLEANUP(jsonio_drop) json_t *document = NULL;
    json_t *between = NULL, *json;

    if (versus_pair(&first, trial, 'A', 'B') || versus_pair(&second, trial, 'A', 'C')) {
        error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
        return NULL;
    }
    json_object_set_new(second.header, "budgets", json_array()); /* the first target's */
    if (compose_document(&second, &document, error) || analysis_make(&analysis, &first, error) ||
        compose_between(trial, &between, error))
        return NULL;
    json = compose_second(document);
    json_object_set_new(json, "between", between);
    json_object_set_new(json, "ratios", compose_ratios(&first, &second, &analysis));
    return json;
}
