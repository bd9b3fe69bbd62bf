/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "orchestrator/compose.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <string.h>

json_t *compose_interval(double estimate, double low, double high)
{
    return json_pack("{s:o, s:o, s:o}", "estimate", jsonio_number(estimate), "low", jsonio_number(low),
                     "high", jsonio_number(high));
}

double compose_effect(const struct metric_result *result, double contrast)
{
    if (!isfinite(contrast)) /* no bound on this side: not a fall by 100 % */
        return NAN;
    return result->relative ? expm1(contrast) : contrast;
}

json_t *compose_effect_interval(const struct metric_result *result, const struct interval *contrast)
{
    return compose_interval(compose_effect(result, contrast->estimate), compose_effect(result, contrast->low),
                            compose_effect(result, contrast->high));
}

const struct metric_result *compose_find(const struct analysis *analysis, const char *name)
{
    for (unsigned i = 0; i < metric_count; i++)
        if (strcmp(metric_table[i].name, name) == 0)
            return &analysis->metrics[i];
    return NULL;
}

static json_t *describe_effect(const struct metric_result *r)
{
    json_t *effect = compose_effect_interval(r, &r->effect);

    json_object_set_new(effect, "scale", json_string(r->relative ? "relative" : "absolute"));
    json_object_set_new(effect, "level", jsonio_number(1 - 2 * r->level));
    return effect;
}

static json_t *describe_raw(const struct metric_result *r)
{
    json_t *raw;

    if (!r->adjusted)
        return json_null();
    raw = compose_effect_interval(r, &r->raw);
    json_object_set_new(raw, "sd", jsonio_number(r->raw_sd));
    return raw;
}

static json_t *describe_budget(const struct budget *budget)
{
    if (!budget)
        return json_null();
    return json_pack("{s:f, s:s, s:s}", "limit", budget->limit, "scale",
                     budget->relative ? "relative" : "absolute", "text", budget->text);
}

static json_t *describe_detected(const struct metric_result *r)
{
    if (!r->primary || !r->available || !isfinite(r->effect.low) || !isfinite(r->effect.high))
        return json_null();
    return json_boolean(r->effect.low > 0 || r->effect.high < 0);
}

static json_t *describe_note(const struct metric_result *r)
{
    char text[160];

    if (!r->available)
        return r->why ? json_string(r->why) : json_string(N_("no valid quad"));
    if (r->verdict != VERDICT_PASS)
        return json_null();
    snprintf(text, sizeof(text), N_("cannot exclude costs that occur in fewer than %.0f %% of quads"),
             100 * undetected_share(r->n));
    return json_string(text);
}

static void add_figures(json_t *metric, const struct metric_result *r, double seconds_per_quad)
{
    bool has = r->available;

    json_object_set_new(metric, "baseline",
                        has && !r->metric->only_on ? jsonio_number(r->baseline) : json_null());
    json_object_set_new(metric, "with_target", has ? jsonio_number(r->with_target) : json_null());
    json_object_set_new(metric, "effect", has ? describe_effect(r) : json_null());
    json_object_set_new(metric, "absolute",
                        has ? compose_interval(r->absolute.estimate, r->absolute.low, r->absolute.high)
                            : json_null());
    json_object_set_new(metric, "detectable",
                        has ? jsonio_number(compose_effect(r, r->detectable)) : json_null());
    json_object_set_new(metric, "sd", has ? jsonio_number(r->sd) : json_null());
    json_object_set_new(metric, "raw", has ? describe_raw(r) : json_null());
    json_object_set_new(metric, "needed_quads", jsonio_number(r->needed_quads));
    json_object_set_new(metric, "needed_seconds", jsonio_number(r->needed_quads * seconds_per_quad));
}

static json_t *describe_metric(const struct metric_result *r, double seconds_per_quad)
{
    const struct metric *metric = r->metric;
    bool unit_is_none = strcmp(metric->unit, "share") == 0;
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:s, s:b, s:b, s:o, s:i, s:b, s:o}", "name", metric->name,
        "group", metric_group_name(metric->group), "unit", unit_is_none ? "" : metric->unit, "summary",
        metric->summary, "better", metric->higher_is_better ? "higher" : "lower", "primary", r->primary,
        "detected", describe_detected(r), "budget", describe_budget(r->budget), "verdict",
        verdict_name(r->verdict), "at_least", r->at_least, "lies_low", r->lies_low, "judged_on",
        r->budget ? json_string(r->judged_on_steady ? "steady" : "windows") : json_null(), "n",
        (int)(r->available ? r->n : 0), "adjusted", r->available && r->adjusted, "note", describe_note(r));

    json_object_set_new(json, "late",
                        isnan(r->late.estimate) ? json_null() : compose_effect_interval(r, &r->late));
    add_figures(json, r, seconds_per_quad);
    return json;
}

/* A number that this workload does not have at all (packets of a system call) is left out; a budget on it is
 * not. */
static bool worth_a_row(const struct metric_result *r)
{
    return r->available || r->budget || r->primary;
}

json_t *compose_metrics(const struct analysis *analysis)
{
    json_t *metrics = json_array();

    for (unsigned i = 0; i < metric_count; i++)
        if (worth_a_row(&analysis->metrics[i]))
            json_array_append_new(metrics,
                                  describe_metric(&analysis->metrics[i], analysis->seconds_per_quad));
    return metrics;
}

/* The absolute effect on a metric of the list as an interval; NULL where there is none. */
static json_t *absolute_of(const json_t *metrics, const char *name)
{
    const json_t *absolute = document_at(document_named(metrics, name), "absolute");

    return json_is_object(absolute)
               ? compose_interval(document_number(absolute, "estimate"), document_number(absolute, "low"),
                                  document_number(absolute, "high"))
               : NULL;
}

json_t *compose_cost_split(const json_t *metrics)
{
    static const char *const names[] = {"cpu.target_per_op", "cpu.workload_per_op", "cpu.rest_per_op"};
    static const char *const parts[] = {N_("target"), N_("workload"), N_("rest")};
    static const char *const summaries[] = {
        N_("the target's own processes"),
        N_("the traced workload's processes (where most probes run)"),
        N_("softirqs, kernel threads, the harness and others"),
    };
    CLEANUP(jsonio_drop) json_t *total = absolute_of(metrics, "cpu.per_op"), *list = json_array();

    for (unsigned i = 0; total && i < ARRAY_SIZE(names); i++) {
        json_t *json = absolute_of(metrics, names[i]);

        if (!json)
            return json_null();
        json_object_set_new(json, "name", json_string(parts[i]));
        json_object_set_new(json, "summary", json_string(summaries[i]));
        json_array_append_new(list, json);
    }
    return total ? json_pack("{s:s, s:O, s:O}", "unit",
                             document_text(document_named(metrics, "cpu.per_op"), "unit"), "total", total,
                             "parts", list)
                 : json_null();
}
