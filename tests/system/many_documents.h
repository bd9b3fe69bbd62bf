/* SPDX-License-Identifier: GPL-2.0 */
/* A history of many documents, without measuring any: the example, over and over, as of several tools. */
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "orchestrator/history/entry.h"
#include "reports/document.h"

#include <math.h>

#define MANY_EXAMPLE "tests/data/example-result.json"
#define MANY_AT_ONCE 100 /* documents of one transaction */
#define MANY_FIRST_S INT64_C(1500000000)

/* Sets the effect of each relative metric to that of document `number` of tool `tool`; a step in every third.
 */
static inline void many_change(json_t *document, unsigned tool, unsigned number, struct random *random)
{
    double factor = 1 + 0.005 * random_normal(random) + (tool % 3 == 0 && number >= 20 ? 0.05 : 0);
    json_t *metric;
    size_t i;

    json_array_foreach(json_object_get(document, "metrics"), i, metric)
    {
        json_t *effect = json_object_get(metric, "effect");
        double estimate = (1 + document_number(effect, "estimate")) * factor - 1;

        if (!json_is_object(effect))
            continue;
        json_object_set_new(
            effect, "low",
            json_real(document_number(effect, "low") + estimate - document_number(effect, "estimate")));
        json_object_set_new(
            effect, "high",
            json_real(document_number(effect, "high") + estimate - document_number(effect, "estimate")));
        json_object_set_new(effect, "estimate", json_real(estimate));
    }
}

static inline json_t *many_document(const json_t *example, unsigned tool, unsigned number,
                                    struct random *random)
{
    json_t *document = json_deep_copy(example);
    char text[40];

    many_change(document, tool, number, random);
    snprintf(text, sizeof(text), "tool%u", tool);
    json_array_set_new(json_object_get(json_object_get(document, "target"), "argv"), 0, json_string(text));
    snprintf(text, sizeof(text), "1.%u", number / 10);
    json_object_set_new((json_t *)document_at(document, "environment.versions"), "target", json_string(text));
    clock_rfc3339((uint64_t)(MANY_FIRST_S + 3600 * (int64_t)number) * NS_PER_SECOND, text, sizeof(text));
    json_object_set_new(json_object_get(document, "time"), "started", json_string(text));
    return document;
}

/* Adds documents `from` to `to` of `tools` tools in turn; a negative errno with a sentence. */
static inline int many_add(struct history *history, unsigned from, unsigned to, unsigned tools,
                           struct error *error)
{
    json_t *example = NULL, *documents[MANY_AT_ONCE];
    struct history_added added[MANY_AT_ONCE];
    struct random random;
    int result = document_read(MANY_EXAMPLE, &example, error);

    random_seed(&random, from);
    json_array_clear(json_object_get(example, "blocks")); /* nothing here reads them */
    for (unsigned at = from; result == 0 && at < to;) {
        OWNED_BATCH struct history_batch batch = {0};
        unsigned count = 0;

        for (; result == 0 && count < MANY_AT_ONCE && at < to; at++) {
            documents[count] = many_document(example, at % tools, at / tools, &random);
            result = history_batch_read(documents[count++], &batch, error);
        }
        if (result == 0)
            result = history_add(history, batch.entries, batch.count, added, error);
        while (count > 0)
            json_decref(documents[--count]);
    }
    json_decref(example);
    return result;
}
