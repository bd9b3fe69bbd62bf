/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/kernels/combine_breakdown.h"
#include "orchestrator/kernels/kernels.h"
#include "orchestrator/kernels/spread.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <stdio.h>

struct seeds {
    const json_t *breakdowns[KERNELS_SEEDS];
    unsigned count;
};

static void combine_interval(json_t *object, const struct seeds *seeds, const char *path)
{
    char estimate[80];
    struct spread spread;

    if (!json_is_object(object))
        return;
    snprintf(estimate, sizeof(estimate), "%s.estimate", path);
    spread = spread_of(seeds->breakdowns, seeds->count, estimate);
    spread_set(object, &spread);
}

static void combine_list(json_t *list, const struct seeds *seeds, const char *name, const char *member)
{
    json_t *item;
    char path[64];
    size_t i;

    json_array_foreach(list, i, item)
    {
        snprintf(path, sizeof(path), "%s.%zu%s%s", name, i, member ? "." : "", member ? member : "");
        combine_interval(member ? json_object_get(item, member) : item, seeds, path);
    }
}

/* Of the range at `path` the outermost ends. */
static void combine_predicted(json_t *predicted, const struct seeds *seeds, const char *path)
{
    char low[80], high[80];

    if (!json_is_object(predicted))
        return;
    snprintf(low, sizeof(low), "%s.low", path);
    snprintf(high, sizeof(high), "%s.high", path);
    json_object_set_new(predicted, "low", jsonio_number(spread_of(seeds->breakdowns, seeds->count, low).low));
    json_object_set_new(predicted, "high",
                        jsonio_number(spread_of(seeds->breakdowns, seeds->count, high).high));
}

static void combine_mean(json_t *program, const struct seeds *seeds, size_t index, const char *key)
{
    char path[64];

    snprintf(path, sizeof(path), "programs.%zu.%s", index, key);
    json_object_set_new(program, key, jsonio_number(spread_of(seeds->breakdowns, seeds->count, path).mean));
}

static void combine_programs(json_t *programs, const struct seeds *seeds)
{
    json_t *program;
    char path[64];
    size_t i;

    combine_list(programs, seeds, "programs", "dispatch");
    json_array_foreach(programs, i, program)
    {
        combine_mean(program, seeds, i, "runs_per_op");
        combine_mean(program, seeds, i, "body");
        snprintf(path, sizeof(path), "programs.%zu.predicted", i);
        combine_predicted(json_object_get(program, "predicted"), seeds, path);
    }
}

/* Of a sum at `where` ("" or "latency."): measured, parts, and what they leave, as a share of it. */
static void combine_sum(json_t *sum, const struct seeds *seeds, const char *where)
{
    json_t *unexplained = json_object_get(sum, "unexplained");
    char path[64];

    json_object_set_new(sum, "unit", json_string(spread_unit(document_text(sum, "unit"))));
    snprintf(path, sizeof(path), "%smeasured", where);
    combine_interval(json_object_get(sum, "measured"), seeds, path);
    snprintf(path, sizeof(path), "%sunexplained", where);
    combine_interval(unexplained, seeds, path);
    snprintf(path, sizeof(path), "%sparts", where);
    combine_list(json_object_get(sum, "parts"), seeds, path, NULL);
    json_object_set_new(
        unexplained, "share",
        jsonio_number(document_number(unexplained, "estimate") / document_number(sum, "measured.estimate")));
}

/* Intervals, and plain numbers. */
static void combine_delivery(json_t *delivery, const struct seeds *seeds)
{
    const char *key;
    json_t *value;
    void *next;
    char path[64];

    json_object_foreach_safe(delivery, next, key, value)
    {
        snprintf(path, sizeof(path), "delivery.%s", key);
        if (json_is_number(value))
            json_object_set_new(delivery, key,
                                jsonio_number(spread_of(seeds->breakdowns, seeds->count, path).mean));
        else
            combine_interval(value, seeds, path);
    }
}

void combine_breakdown(json_t *combined, json_t *const *documents, unsigned count)
{
    json_t *breakdown = json_object_get(combined, "breakdown");
    struct seeds seeds = {.count = count};

    for (unsigned i = 0; i < count; i++) {
        seeds.breakdowns[i] = json_object_get(documents[i], "breakdown");
        if (!json_is_object(seeds.breakdowns[i])) {
            json_object_set_new(combined, "breakdown", json_null());
            return;
        }
    }
    combine_sum(breakdown, &seeds, "");
    if (json_is_object(json_object_get(breakdown, "latency")))
        combine_sum(json_object_get(breakdown, "latency"), &seeds, "latency.");
    combine_delivery(json_object_get(breakdown, "delivery"), &seeds);
    combine_programs(json_object_get(breakdown, "programs"), &seeds);
    combine_predicted(json_object_get(breakdown, "predicted"), &seeds, "predicted");
}
