/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exact mode (docs/method.md): the documents of several seeds become one. What differs between seeds is the
 * only uncertainty there is; an interval here is the least and the most of them, and has no level.
 */
#include "base/i18n.h"
#include "orchestrator/compose.h"
#include "orchestrator/kernels/combine_advice.h"
#include "orchestrator/kernels/combine_breakdown.h"
#include "orchestrator/kernels/kernels.h"
#include "orchestrator/kernels/spread.h"
#include "orchestrator/outcome.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <string.h>

static void set_mean(json_t *metric, const json_t *const *parts, unsigned count, const char *key)
{
    struct spread spread = spread_of(parts, count, key);

    json_object_set_new(metric, key, jsonio_number(spread.mean));
}

/* Beyond what any change of a boot's inputs does, or the same on every seed by far. */
static bool is_resolved(const struct spread *difference, double baseline)
{
    if (!(difference->low > 0 || difference->high < 0))
        return false;
    return fabs(difference->mean) >= UNRESOLVED_SHARE * fabs(baseline) ||
           (difference->count > 1 && fabs(difference->mean) > 2 * (difference->high - difference->low));
}

static bool any_lies_low(const json_t *const *parts, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (document_is_true(parts[i], "lies_low"))
            return true;
    return false;
}

/* The largest worsening of any seed against the budget. */
static const char *judge(const json_t *metric, const struct spread *effect, bool lies_low)
{
    double limit = document_number(metric, "budget.limit");
    bool higher = strcmp(document_text(metric, "better"), "higher") == 0;

    if (isnan(limit))
        return "measured";
    if (isnan(effect->mean))
        return "inconclusive";
    if ((higher ? -effect->low : effect->high) > limit)
        return "fail";
    return lies_low ? "inconclusive" : "pass";
}

static void combine_metric(json_t *metric, const json_t *const *parts, unsigned count)
{
    struct spread effect = spread_of(parts, count, "effect.estimate"),
                  absolute = spread_of(parts, count, "absolute.estimate");
    json_t *effect_object = json_object_get(metric, "effect");
    bool low = any_lies_low(parts, count);
    const char *verdict = judge(metric, &effect, low);

    json_object_set_new(metric, "unit", json_string(spread_unit(document_text(metric, "unit"))));
    set_mean(metric, parts, count, "baseline");
    set_mean(metric, parts, count, "with_target");
    if (json_is_object(effect_object)) {
        spread_set(effect_object, &effect);
        json_object_set_new(effect_object, "level", json_null());
    }
    if (json_is_object(json_object_get(metric, "absolute")))
        spread_set(json_object_get(metric, "absolute"), &absolute);
    json_object_set_new(metric, "resolved",
                        isnan(absolute.mean)
                            ? json_null()
                            : json_boolean(is_resolved(&absolute, document_number(metric, "baseline"))));
    json_object_set_new(metric, "verdict", json_string(verdict));
    json_object_set_new(metric, "lies_low", json_boolean(low));
    json_object_set_new(metric, "n", json_integer(count));
}

static void combine_metrics(json_t *combined, json_t *const *documents, unsigned count)
{
    json_t *metric;
    size_t i;

    json_array_foreach(json_object_get(combined, "metrics"), i, metric)
    {
        const json_t *parts[KERNELS_SEEDS];

        for (unsigned d = 0; d < count; d++)
            parts[d] = document_metric(documents[d], document_text(metric, "name"));
        combine_metric(metric, parts, count);
    }
}

/* Rows of `micro`, which stand in the same order on every seed. */
/* A value of which no more than bounds is known lies between the outermost of all seeds. */
static void widen(struct spread *spread, const json_t *const *parts, unsigned count)
{
    spread->low = spread_of(parts, count, "low").low;
    spread->high = spread_of(parts, count, "high").high;
}

static void combine_rows(json_t *combined, json_t *const *documents, unsigned count)
{
    json_t *row;
    size_t i;

    json_array_foreach(json_object_get(combined, "rows"), i, row)
    {
        const json_t *parts[KERNELS_SEEDS];
        struct spread spread;

        for (unsigned d = 0; d < count; d++)
            parts[d] = document_item(documents[d], "rows", i);
        spread = spread_of(parts, count, "estimate");
        if (document_at(row, "detail.bounds"))
            widen(&spread, parts, count);
        spread_set(row, &spread);
        json_object_set_new(row, "unit", json_string(spread_unit(document_text(row, "unit"))));
        json_object_set_new(row, "n", json_integer(count));
    }
}

static json_t *seed_metrics(const json_t *document)
{
    json_t *list = json_array();
    const json_t *metric;
    size_t i;

    json_array_foreach(document_at(document, "metrics"), i, metric)
    {
        json_array_append_new(
            list, json_pack("{s:s, s:o, s:o, s:o}", "name", document_text(metric, "name"), "baseline",
                            jsonio_number(document_number(metric, "baseline")), "with_target",
                            jsonio_number(document_number(metric, "with_target")), "difference",
                            jsonio_number(document_number(metric, "absolute.estimate"))));
    }
    return list;
}

static json_t *list_seeds(json_t *const *documents, const uint64_t *seeds, unsigned count)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:I, s:o}", "seed", (json_int_t)seeds[i], "metrics",
                                              seed_metrics(documents[i])));
    return list;
}

static bool has_verdict(const json_t *document, const char *verdict)
{
    const json_t *metric;
    size_t i;

    json_array_foreach(document_at(document, "metrics"), i, metric)
    {
        if (strcmp(document_text(metric, "verdict"), verdict) == 0)
            return true;
    }
    return false;
}

/* Why a verdict is open: a metric without a figure on one of the seeds. */
static json_t *open_metrics(const json_t *document)
{
    json_t *reasons = json_array();
    const json_t *metric;
    char text[200];
    size_t i;

    json_array_foreach(document_at(document, "metrics"), i, metric)
    {
        if (strcmp(document_text(metric, "verdict"), "inconclusive") != 0)
            continue;
        snprintf(text, sizeof(text), N_("%s could not be judged: %s"), document_text(metric, "name"),
                 document_is_true(metric, "lies_low")
                     ? N_("it is of so few operations that it may lie too low to hold a budget")
                     : N_("not every seed has a figure of it"));
        json_array_append_new(reasons, jsonio_text(text));
    }
    return reasons;
}

/* The first seed's document that has it; NULL: none. */
static const json_t *seed_with_warning(json_t *const *documents, unsigned count, const char *code)
{
    const json_t *warning;
    size_t w;

    for (unsigned i = 0; i < count; i++)
        json_array_foreach(document_at(documents[i], "warnings"), w, warning)
        {
            if (strcmp(document_text(warning, "code"), code) == 0)
                return documents[i];
        }
    return NULL;
}

/* Each warning that any seed has, once. */
static void combine_warnings(json_t *combined, json_t *const *documents, unsigned count)
{
    json_t *all = json_array(), *warning;
    size_t w;

    for (unsigned i = 0; i < count; i++)
        json_array_foreach(json_object_get(documents[i], "warnings"), w, warning)
        {
            if (i == 0 || seed_with_warning(documents, i, document_text(warning, "code")) == NULL)
                json_array_append(all, warning);
        }
    json_object_set_new(combined, "warnings", all);
}

/* What the checks of one boot found to be wrong stays wrong; the rest is judged over all seeds. */
static void combine_verdict(json_t *combined, json_t *const *documents, unsigned count,
                            const char *inconclusive)
{
    json_t *verdict = json_object_get(combined, "verdict");
    bool failed = has_verdict(combined, "fail"), passed = has_verdict(combined, "pass"),
         open = has_verdict(combined, "inconclusive");
    const char *status = failed ? "fail" : open ? "inconclusive" : passed ? "pass" : "measured";
    int exit_status = failed ? EXIT_BUDGET : open ? (int)outcome_of_open(inconclusive) : EXIT_MEASURED;
    char sentence[160];
    const json_t *idle = seed_with_warning(documents, count, "never_fired");

    for (unsigned i = 0; i < count; i++)
        if (strcmp(document_text(documents[i], "verdict.status"), "untrustworthy") == 0) {
            json_object_set(combined, "verdict", json_object_get(documents[i], "verdict"));
            return;
        }
    snprintf(sentence, sizeof(sentence),
             failed && count == 1
                 ? N_("A budget is broken, in instructions, by the largest difference over %u seed")
             : failed ? N_("A budget is broken, in instructions, by the largest difference over %u seeds")
             : open && count == 1 ? N_("A budget could not be judged, in instructions, over %u seed")
             : open               ? N_("A budget could not be judged, in instructions, over %u seeds")
             : passed && count == 1
                 ? N_("Every budget holds, in instructions, by the largest difference over %u seed")
             : passed ? N_("Every budget holds, in instructions, by the largest difference over %u seeds")
             : count == 1
                 ? N_("Measured without a budget, in instructions, by the largest difference over %u seed")
                 : N_("Measured without a budget, in instructions, by the largest difference over %u seeds"),
             count);
    json_object_set_new(verdict, "status", json_string(status));
    json_object_set_new(verdict, "exit_status", json_integer(exit_status));
    json_object_set_new(verdict, "sentence",
                        json_string(idle ? document_text(idle, "verdict.sentence") : sentence));
    json_object_set_new(verdict, "reasons", open && !failed ? open_metrics(combined) : json_array());
}

json_t *kernels_combine(json_t *const *documents, const uint64_t *seeds, unsigned count, const char *qemu,
                        const char *inconclusive)
{
    json_t *combined = count ? json_deep_copy(documents[0]) : NULL, *advice;

    if (!combined)
        return NULL;
    if (json_is_array(json_object_get(combined, "rows"))) {
        combine_rows(combined, documents, count);
        return combined;
    }
    combine_metrics(combined, documents, count);
    json_object_set_new(combined, "cost_split", compose_cost_split(json_object_get(combined, "metrics")));
    combine_breakdown(combined, documents, count);
    advice = combine_advice(documents, count);
    if (advice)
        json_object_set_new(combined, "advice", advice);
    combine_warnings(combined, documents, count);
    combine_verdict(combined, documents, count, inconclusive);
    json_object_set_new(combined, "exact",
                        json_pack("{s:s, s:o}", "qemu", qemu, "seeds", list_seeds(documents, seeds, count)));
    return combined;
}
