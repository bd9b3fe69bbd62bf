/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/advice/advice.h"
#include "orchestrator/advice/swaps.h"
#include "orchestrator/compose.h"
#include "orchestrator/stats/estimate.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of what the tool costs in all: less is not worth anybody's time, nor told from nothing. */
#define SHARE_MIN 0.01
/* Events are most of a cost from here on. */
#define EVENTS_DOMINATE 0.5
#define SAMPLED_SHARE   0.1

struct advisor {
    const json_t *document, *target, *rows;
    json_t *list;
};

static struct interval row_interval(const json_t *rows, const struct unit_row *wanted)
{
    const json_t *row = wanted->name ? unit_row_find(rows, wanted) : NULL;

    if (!wanted->name)
        return (struct interval){0, 0, 0};
    return (struct interval){document_number(row, "estimate"), document_number(row, "low"),
                             document_number(row, "high")};
}

/* What one such call less, or one in the other way, saves. */
static struct interval difference(const struct advisor *advisor, const struct swap *swap)
{
    struct interval from = row_interval(advisor->rows, &swap->from),
                    to = row_interval(advisor->rows, &swap->to);
    double half = hypot((from.high - from.low) / 2, (to.high - to.low) / 2), share = 1 - swap->kept,
           middle = share * (from.estimate - to.estimate);

    return (struct interval){middle, middle - share * half, middle + share * half};
}

static struct interval times(struct interval each, double fewest, double most)
{
    return (struct interval){(fewest + most) / 2 * each.estimate, fmin(fewest * each.low, most * each.low),
                             fmax(fewest * each.high, most * each.high)};
}

static json_t *find_advice(json_t *list, const char *rule, const char *program)
{
    json_t *advice;
    size_t i;

    json_array_foreach(list, i, advice)
    {
        if (strcmp(document_text(advice, "rule"), rule) == 0 &&
            strcmp(document_text(advice, "program"), program) == 0)
            return advice;
    }
    return NULL;
}

static void add(struct advisor *advisor, const struct swap *swap, const char *program, struct interval saves,
                const char *evidence)
{
    json_t *advice = find_advice(advisor->list, swap->rule, program);
    struct interval sum = saves;
    char all[400];

    if (!isfinite(saves.estimate) || !isfinite(saves.low) || !isfinite(saves.high))
        return;
    if (!advice) {
        advice = json_pack("{s:s, s:s, s:s, s:s, s:s}", "rule", swap->rule, "text", swap->text, "since",
                           swap->since, "program", program, "unit",
                           document_text(advisor->document, "breakdown.unit"));
        json_array_append_new(advisor->list, advice);
    } else {
        sum.estimate += document_number(advice, "saves.estimate");
        sum.low += document_number(advice, "saves.low");
        sum.high += document_number(advice, "saves.high");
    }
    snprintf(all, sizeof(all), "%s%s%s", document_text(advice, "evidence"),
             document_text(advice, "evidence")[0] ? "; " : "", evidence);
    json_object_set_new(advice, "saves", compose_interval(sum.estimate, sum.low, sum.high));
    json_object_set_new(advice, "evidence", json_string(all));
}

static void describe_rows(const struct advisor *advisor, const struct swap *swap, char *text, size_t size)
{
    const char *unit = document_text(advisor->document, "breakdown.unit"),
               *size_of_it = swap->from.variant[0] ? ", " : "";
    size_t used;

    snprintf(text, size, "%s%s%s takes %.4g %s here", swap->from.name, size_of_it, swap->from.variant,
             row_interval(advisor->rows, &swap->from).estimate, unit);
    used = strlen(text);
    if (swap->to.name)
        snprintf(text + used, size - used, ", %s %.4g %s", swap->to.name,
                 row_interval(advisor->rows, &swap->to).estimate, unit);
}

static void advise_way_there(struct advisor *advisor, const struct swap *swap, const json_t *program)
{
    double runs = document_number(program, "runs_per_op");
    char rows[200], evidence[300];

    if (!(runs > 0) || !swap_concerns_program(swap, advisor->target, program))
        return;
    describe_rows(advisor, swap, rows, sizeof(rows));
    snprintf(evidence, sizeof(evidence), "%.2f hits an operation; %s", runs, rows);
    add(advisor, swap, document_text(program, "name"), times(difference(advisor, swap), runs, runs),
        evidence);
}

static void advise_call(struct advisor *advisor, const struct swap *swap, const json_t *program,
                        const json_t *call)
{
    double runs = document_number(program, "runs_per_op"), fewest = runs * document_number(call, "fewest"),
           most = runs * document_number(call, "most");
    char rows[200], evidence[300];

    if (!(most > 0) || !swap_concerns_call(swap, advisor->target, program, call))
        return;
    describe_rows(advisor, swap, rows, sizeof(rows));
    if (fewest < most)
        snprintf(evidence, sizeof(evidence), "%s is called %.2f to %.2f times an operation; %s",
                 document_text(call, "name"), fewest, most, rows);
    else
        snprintf(evidence, sizeof(evidence), "%s is called %.2f times an operation; %s",
                 document_text(call, "name"), most, rows);
    add(advisor, swap, document_text(program, "name"), times(difference(advisor, swap), fewest, most),
        evidence);
}

static void advise_program(struct advisor *advisor, const json_t *program)
{
    const json_t *call;
    size_t k;

    for (unsigned i = 0; i < swap_count; i++) {
        advise_way_there(advisor, &swaps[i], program);
        json_array_foreach(document_at(program, "code.calls"), k, call)
        {
            advise_call(advisor, &swaps[i], program, call);
        }
    }
}

static const json_t *user_part(const json_t *document)
{
    for (size_t i = 0; i < document_count(document, "breakdown.parts"); i++) {
        const json_t *part = document_item(document, "breakdown.parts", i);

        if (strcmp(document_text(part, "name"), "user") == 0)
            return part;
    }
    return NULL;
}

/* The target's own processes, which read and print what the programs send, cost most of it all. */
static void advise_sampling(struct advisor *advisor)
{
    static const struct swap sampling = {
        .rule = "fewer_events",
        .since = "3.19",
        .text = "send fewer events: count in a map and read it now and then, filter in the program, or send "
                "one in ten",
    };
    const json_t *user = user_part(advisor->document);
    double share = document_number(user, "estimate") /
                   document_number(advisor->document, "breakdown.measured.estimate"),
           left = 1 - SAMPLED_SHARE;
    char evidence[200];

    if (!(share >= EVENTS_DOMINATE) || document_number(advisor->document, "losses.events_per_op.most") == 0)
        return;
    snprintf(
        evidence, sizeof(evidence),
        "%.0f %% of the cost is the target's own processes, which take the events; one in ten leaves a tenth",
        100 * share);
    add(advisor, &sampling, "",
        (struct interval){left * document_number(user, "estimate"), left * document_number(user, "low"),
                          left * document_number(user, "high")},
        evidence);
}

/* The largest first; what saves next to nothing not at all. */
static json_t *sorted(json_t *list, double least)
{
    json_t *result = json_array();

    while (json_array_size(list) > 0) {
        size_t best = 0;

        for (size_t i = 1; i < json_array_size(list); i++)
            if (document_number(json_array_get(list, i), "saves.estimate") >
                document_number(json_array_get(list, best), "saves.estimate"))
                best = i;
        if (document_number(json_array_get(list, best), "saves.estimate") > least)
            json_array_append(result, json_array_get(list, best));
        json_array_remove(list, best);
    }
    json_decref(list);
    return result;
}

json_t *advice_compose(const json_t *document, const json_t *unit_rows)
{
    struct advisor advisor = {document, json_object_get(document, "target"), unit_rows, json_array()};
    double cost = document_number(document, "breakdown.measured.estimate");
    const json_t *program;
    size_t i;

    if (json_is_object(json_object_get(document, "breakdown"))) {
        json_array_foreach(json_object_get(advisor.target, "programs"), i, program)
        {
            advise_program(&advisor, program);
        }
        advise_sampling(&advisor);
    }
    return sorted(advisor.list, fmax(0, SHARE_MIN * cost));
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
