/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/compose.h"
#include "orchestrator/company.h"
#include "orchestrator/compose_losses.h"
#include "orchestrator/advice/advice.h"
#include "orchestrator/breakdown/breakdown.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/quads.h"
#include "orchestrator/versus.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static json_t *compose_time(const struct trial *trial)
{
    uint64_t started_ns = (uint64_t)json_integer_value(json_object_get(trial->header, "started_wall_ns"));
    double seconds = json_number_value(json_object_get(trial_fact(trial, "end"), "seconds"));
    char started[32], finished[32];

    clock_rfc3339(started_ns, started, sizeof(started));
    clock_rfc3339(started_ns + (uint64_t)jsonio_whole(seconds * 1e9), finished, sizeof(finished));
    return json_pack("{s:s, s:s, s:f}", "started", started, "finished", finished, "seconds", seconds);
}

/* Mean over all blocks of a value, null where no block has it. */
static json_t *mean_value(const struct trial *trial, const char *name)
{
    double sum = 0, count = 0;

    for (size_t i = 0; i < trial->count; i++) {
        double value = values_or_nan(&trial->blocks[i].values, name);

        if (isnan(value))
            continue;
        sum += value;
        count++;
    }
    return count > 0 ? json_real(sum / count) : json_null();
}

static json_t *compose_workload(const struct trial *trial)
{
    json_t *workload = json_deep_copy(json_object_get(trial->header, "workload"));

    json_object_set_new(workload, "capacity_per_second", mean_value(trial, "capacity_rate"));
    json_object_set_new(workload, "offered_per_second", mean_value(trial, "offered_rate"));
    return workload;
}

static json_t *compose_order(const struct trial *trial)
{
    CLEANUP(quads_free) struct quad_view quads = {0};
    json_t *order = json_array();

    if (quads_find(&quads, trial))
        return order;
    for (unsigned quad = 0; quad < quads.count; quad++)
        json_array_append_new(order,
                              json_string(trial->blocks[quads.index[quad * 4]].arm == 'A' ? "ABBA" : "BAAB"));
    return order;
}

static json_t *compose_looks(const struct analysis *analysis)
{
    const struct look_plan *looks = &analysis->design.looks;
    unsigned m = analysis_shares(&analysis->design);
    json_t *list = json_array();

    for (unsigned look = 0; look < looks->count; look++) {
        int k = look_k(looks, look, m);

        json_array_append_new(list,
                              json_pack("{s:i, s:f, s:o}", "quads", (int)looks->quads[look], "level",
                                        looks->levels[look], "k", k < 0 ? json_null() : json_integer(k)));
    }
    return list;
}

static json_t *look_reached(const struct analysis *analysis)
{
    unsigned reached = looks_reached(&analysis->design.looks, analysis->quads);

    return reached ? json_integer(reached - 1) : json_null();
}

static json_t *compose_design(const struct analysis *analysis, const struct trial *trial)
{
    json_t *plan = json_object_get(trial->header, "design"), *end = trial_fact(trial, "end");
    const char *reason = json_string_value(json_object_get(end, "reason"));
    char seed[32];

    snprintf(seed, sizeof(seed), "%lld", (long long)json_integer_value(json_object_get(plan, "seed")));
    return json_pack("{s:s, s:O, s:o, s:O, s:O, s:i, s:i, s:o, s:o, s:i, s:O, s:s}", "seed", seed, "kind",
                     json_object_get(plan, "kind"), "order", compose_order(trial), "window_ns",
                     json_object_get(plan, "window_ns"), "settle_ns", json_object_get(plan, "settle_ns"),
                     "quads", (int)analysis->quads, "quads_repeated",
                     (int)json_integer_value(json_object_get(end, "quads_repeated")), "looks",
                     compose_looks(analysis), "look_reached", look_reached(analysis), "budgets",
                     (int)analysis_shares(&analysis->design), "seconds_per_quad",
                     json_object_get(plan, "seconds_per_quad"), "stopped_by", reason ? reason : "interrupt");
}

double compose_steal_share(const struct trial *trial)
{
    const json_t *environment = json_object_get(trial->header, "environment");
    double steal_ns = 0, wall_ns = 0, cpus;

    for (size_t i = 0; i < trial->count; i++) {
        double steal = values_or_nan(&trial->blocks[i].values, "cpu.steal_ns");

        if (isnan(steal))
            continue;
        steal_ns += steal;
        wall_ns += values_or_nan(&trial->blocks[i].values, "sampler.window_ns");
    }
    cpus = json_number_value(json_object_get(json_object_get(environment, "cpu"), "online"));
    return steal_ns / (wall_ns * cpus);
}

static json_t *compose_environment(const struct trial *trial)
{
    json_t *environment = json_deep_copy(json_object_get(trial->header, "environment"));
    struct company company = company_of(trial);

    json_object_set_new(environment, "steal_share", jsonio_number(compose_steal_share(trial)));
    json_object_set_new(environment, "company", company_describe(&company));
    return environment;
}

static json_t *compose_blocks(const struct trial *trial)
{
    json_t *blocks = json_array();

    for (size_t i = 0; i < trial->count; i++)
        json_array_append_new(blocks, block_to_json(&trial->blocks[i]));
    return blocks;
}

/* Of one target against the baseline. */
static int compose_one(const struct trial *trial, json_t **document, struct error *error)
{
    CLEANUP(analysis_free) struct analysis analysis = {0};
    int result = analysis_make(&analysis, trial, error);
    json_t *json;

    if (result)
        return result;
    json = json_pack("{s:s, s:O, s:O, s:o, s:o, s:o, s:o, s:o}", "schema", "tracetoll.result/1", "tool",
                     json_object_get(trial->header, "tool"), "command",
                     json_object_get(trial->header, "command"), "time", compose_time(trial), "environment",
                     compose_environment(trial), "workload", compose_workload(trial), "target",
                     compose_target(trial), "design", compose_design(&analysis, trial));
    if (!json)
        return error_set(error, EXIT_USAGE, -EINVAL, "the trial's header lacks what a document needs");
    /* The long attachment first: it may turn the verdict of a budget (docs/method.md, "Steady state"). */
    json_object_set_new(json, "steady", compose_steady(&analysis, trial));
    json_object_set_new(json, "metrics", compose_metrics(&analysis));
    json_object_set_new(json, "reference", compose_reference(&analysis));
    json_object_set_new(json, "breakdown",
                        breakdown_compose(&analysis, trial_fact(trial, "unit_costs"), json));
    json_object_set_new(json, "cost_split", compose_cost_split(json_object_get(json, "metrics")));
    json_object_set_new(json, "safe_rate", compose_safe_rate(&analysis, trial));
    json_object_set_new(json, "checks", compose_checks(&analysis, trial));
    json_object_set_new(json, "losses", compose_losses(trial, json_object_get(json, "target")));
    json_object_set_new(json, "advice",
                        advice_compose(json, json_object_get(trial_fact(trial, "unit_costs"), "rows")));
    json_object_set_new(json, "warnings", compose_warnings(&analysis, trial, json));
    json_object_set_new(json, "verdict", compose_verdict(&analysis, trial));
    *document = json;
    return 0;
}

/* What is said at the top is of the first target. */
static int compose_two(const struct trial *trial, json_t **document, struct error *error)
{
    CLEANUP(versus_pair_free) struct trial first = {0};
    json_t *versus;
    int result = versus_pair(&first, trial, 'A', 'B');

    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "out of memory");
    result = compose_one(&first, document, error);
    if (result)
        return result;
    versus = compose_versus(trial, error);
    if (!versus) {
        json_decref(*document);
        *document = NULL;
        return -EINVAL;
    }
    json_object_set_new(json_object_get(*document, "design"), "order", versus_orders(trial));
    json_object_set_new(*document, "versus", versus);
    return 0;
}

int compose_document(const struct trial *trial, json_t **document, struct error *error)
{
    int result =
        versus_has(trial) ? compose_two(trial, document, error) : compose_one(trial, document, error);

    if (result == 0)
        json_object_set_new(*document, "blocks", compose_blocks(trial));
    return result;
}
