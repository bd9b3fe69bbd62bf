/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/kernels/combine_advice.h"
#include "orchestrator/advice/advice.h"
#include "orchestrator/kernels/kernels.h"
#include "orchestrator/kernels/spread.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Figures in words keep their unit behind a space. */
static void replace_unit(json_t *advice, const char *from, const char *to)
{
    const char *text = document_text(advice, "evidence"), *end = text + strlen(text), *found;
    char replaced[1000];
    size_t used = 0;

    while ((found = strstr(text, from)) && used + (size_t)(found - text) + strlen(to) < sizeof(replaced)) {
        memcpy(replaced + used, text, (size_t)(found - text));
        used += (size_t)(found - text);
        /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): the last piece has the zero */
        memcpy(replaced + used, to, strlen(to));
        used += strlen(to);
        text = found + strlen(from);
    }
    if (found || used + (size_t)(end - text) >= sizeof(replaced))
        return;
    memcpy(replaced + used, text, (size_t)(end - text) + 1);
    json_object_set_new(advice, "evidence", json_string(replaced));
}

static bool same(const json_t *a, const json_t *b)
{
    static const char *const keys[] = {"rule", "program", "unit"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(document_text(a, keys[i]), document_text(b, keys[i])) != 0)
            return false;
    return true;
}

/* A rule may speak of several calls of one program: the n-th there is the n-th here, the largest first. */
static json_t *find_again(const json_t *list, const json_t *first, size_t index)
{
    const json_t *wanted = json_array_get(first, index);
    unsigned before = 0;
    json_t *item;
    size_t i;

    for (i = 0; i < index; i++)
        before += same(json_array_get(first, i), wanted);
    json_array_foreach(list, i, item)
    {
        if (same(item, wanted) && before-- == 0)
            return item;
    }
    return NULL;
}

/* The figure at `path`: the seeds' mean, and their own intervals' outermost ends. */
static struct spread outermost(const json_t *const *parts, unsigned count, const char *path)
{
    char estimate[80], low[80], high[80];
    struct spread spread;

    snprintf(estimate, sizeof(estimate), "%s.estimate", path);
    snprintf(low, sizeof(low), "%s.low", path);
    snprintf(high, sizeof(high), "%s.high", path);
    spread = spread_of(parts, count, estimate);
    spread.low = spread_of(parts, count, low).low;
    spread.high = spread_of(parts, count, high).high;
    return spread;
}

static const json_t *nearest(const json_t *const *parts, unsigned count, double mean)
{
    const json_t *best = parts[0];

    for (unsigned i = 1; i < count; i++)
        if (fabs(document_number(parts[i], "saves.estimate") - mean) <
            fabs(document_number(best, "saves.estimate") - mean))
            best = parts[i];
    return best;
}

static void combine_sampling(json_t *advice, const json_t *const *parts, unsigned count)
{
    json_t *line;
    char path[64];
    size_t i;

    json_array_foreach(json_object_get(advice, "sampling"), i, line)
    {
        struct spread cost;

        snprintf(path, sizeof(path), "sampling.%zu.cost", i);
        cost = outermost(parts, count, path);
        if (json_is_object(json_object_get(line, "cost")))
            spread_set(json_object_get(line, "cost"), &cost);
    }
}

static json_t *combine_one(const json_t *const *parts, unsigned count)
{
    struct spread saves = outermost(parts, count, "saves");
    json_t *advice = json_deep_copy(nearest(parts, count, saves.mean));

    if (json_is_object(json_object_get(advice, "saves")))
        spread_set(json_object_get(advice, "saves"), &saves);
    combine_sampling(advice, parts, count);
    replace_unit(advice, " ns", " insn");
    json_object_set_new(advice, "unit", json_string(spread_unit(document_text(advice, "unit"))));
    return advice;
}

/* False when one of the documents has it not. */
static bool find_all(const json_t **parts, json_t *const *documents, unsigned count, size_t index)
{
    const json_t *first = json_object_get(documents[0], "advice");

    for (unsigned i = 0; i < count; i++) {
        parts[i] = find_again(json_object_get(documents[i], "advice"), first, index);
        if (!parts[i])
            return false;
    }
    return true;
}

json_t *combine_advice(json_t *const *documents, unsigned count)
{
    size_t advised = json_array_size(json_object_get(documents[0], "advice"));
    json_t *list = json_array();

    if (!json_is_array(json_object_get(documents[0], "advice"))) {
        json_decref(list);
        return NULL;
    }
    for (size_t i = 0; i < advised; i++) {
        const json_t *parts[KERNELS_SEEDS];

        if (find_all(parts, documents, count, i))
            json_array_append_new(list, combine_one(parts, count));
    }
    return advice_sort(list, "insn");
}
