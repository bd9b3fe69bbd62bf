/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/advice/advice.h"
#include "orchestrator/advice/rules.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of what the tool costs in all: less is not worth anybody's time, nor told from nothing. */
#define SHARE_MIN 0.01

static const struct {
    void (*advise)(struct advisor *advisor);
    bool of_breakdown; /* without one nothing can be said */
} kinds[] = {
    {advise_swaps, true},
    {advise_events, true},
    {advise_buffers, false},
};

/* Savings of the cost itself are compared with it, and among themselves. */
static bool is_of_cost(const struct advisor *advisor, const json_t *advice)
{
    return strcmp(document_text(advice, "unit"), advisor_unit(advisor)) == 0;
}

static bool before(const struct advisor *advisor, const json_t *a, const json_t *b)
{
    bool of_cost = is_of_cost(advisor, a);

    if (of_cost != is_of_cost(advisor, b))
        return of_cost;
    return document_number(a, "saves.estimate") > document_number(b, "saves.estimate");
}

/* The largest first; what saves next to nothing not at all. */
static json_t *sorted(const struct advisor *advisor)
{
    double cost = document_number(advisor->document, "breakdown.measured.estimate"),
           least = fmax(0, SHARE_MIN * cost);
    json_t *result = json_array(), *list = advisor->list;

    while (json_array_size(list) > 0) {
        json_t *best = json_array_get(list, 0);
        size_t at = 0;

        for (size_t i = 1; i < json_array_size(list); i++)
            if (before(advisor, json_array_get(list, i), best))
                best = json_array_get(list, at = i);
        if (document_number(best, "saves.estimate") > (is_of_cost(advisor, best) ? least : 0))
            json_array_append(result, best);
        json_array_remove(list, at);
    }
    return result;
}

json_t *advice_compose(const json_t *document, const json_t *unit_rows)
{
    struct advisor advisor = {document, json_object_get(document, "target"), unit_rows, json_array()};
    bool has_breakdown = json_is_object(json_object_get(document, "breakdown"));
    json_t *list;

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (has_breakdown || !kinds[i].of_breakdown)
            kinds[i].advise(&advisor);
    list = sorted(&advisor);
    json_decref(advisor.list);
    return list;
}

int kernel_version_parse(const char *text, unsigned *version)
{
    unsigned major, minor;

    if (sscanf(text, "%u.%u", &major, &minor) != 2 || major > 255 || minor > 65535)
        return -EINVAL;
    *version = major << 16 | minor;
    return 0;
}

json_t *advice_for_kernel(const json_t *advice, const char *min_kernel)
{
    unsigned oldest, since;
    json_t *list = json_array(), *item;
    size_t i;

    json_array_foreach(advice, i, item)
    {
        if (kernel_version_parse(min_kernel, &oldest) == 0 &&
            kernel_version_parse(document_text(item, "since"), &since) == 0 && since <= oldest)
            json_array_append(list, item);
    }
    return list;
}
