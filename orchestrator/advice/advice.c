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
static bool is_of(const char *unit, const json_t *advice)
{
    return strcmp(document_text(advice, "unit"), unit) == 0;
}

static bool before(const char *unit, const json_t *a, const json_t *b)
{
    if (is_of(unit, a) != is_of(unit, b))
        return is_of(unit, a);
    return document_number(a, "saves.estimate") > document_number(b, "saves.estimate");
}

json_t *advice_sort(json_t *list, const char *unit)
{
    json_t *sorted = json_array();

    while (json_array_size(list) > 0) {
        size_t best = 0;

        for (size_t i = 1; i < json_array_size(list); i++)
            if (before(unit, json_array_get(list, i), json_array_get(list, best)))
                best = i;
        json_array_append(sorted, json_array_get(list, best));
        json_array_remove(list, best);
    }
    json_decref(list);
    return sorted;
}

/* What saves next to nothing is not worth a word. Takes the list. */
static json_t *worth_it(const struct advisor *advisor, json_t *list)
{
    double cost = document_number(advisor->document, "breakdown.measured.estimate"),
           least = fmax(0, SHARE_MIN * cost);
    json_t *kept = json_array(), *advice;
    size_t i;

    json_array_foreach(list, i, advice)
    {
        if (document_number(advice, "saves.estimate") > (is_of(advisor_unit(advisor), advice) ? least : 0))
            json_array_append(kept, advice);
    }
    json_decref(list);
    return kept;
}

json_t *advice_compose(const json_t *document, const json_t *unit_rows)
{
    struct advisor advisor = {document, json_object_get(document, "target"), unit_rows, json_array()};
    bool has_breakdown = json_is_object(json_object_get(document, "breakdown"));

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (has_breakdown || !kinds[i].of_breakdown)
            kinds[i].advise(&advisor);
    return advice_sort(worth_it(&advisor, advisor.list), advisor_unit(&advisor));
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
