/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/advice/advisor.h"
#include "orchestrator/breakdown/sums.h"
#include "orchestrator/compose.h"
#include "reports/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct interval advisor_row(const struct advisor *advisor, const struct unit_row *wanted)
{
    if (!wanted->name)
        return (struct interval){0, 0, 0};
    return sums_of_row(unit_row_find(advisor->rows, wanted));
}

double advisor_row_detail(const struct advisor *advisor, const struct unit_row *wanted, const char *name)
{
    const json_t *row = unit_row_find(advisor->rows, wanted);

    if (isnan(document_number(row, "estimate"))) /* what was refused has details, too */
        return NAN;
    return document_number(document_at(row, "detail"), name);
}

/* A count of instructions has no interval of its own: it is the same each time. */
static struct interval exact_or_not(const struct advisor *advisor, struct interval interval)
{
    if (strcmp(document_text(advisor->document, "design.kind"), "exact") != 0)
        return interval;
    return (struct interval){interval.estimate, interval.estimate, interval.estimate};
}

struct interval advisor_part(const struct advisor *advisor, const char *name)
{
    return exact_or_not(advisor,
                        sums_of_row(document_named(document_at(advisor->document, "breakdown.parts"), name)));
}

struct interval advisor_consumer(const struct advisor *advisor)
{
    const json_t *delivery = document_at(advisor->document, "breakdown.delivery");
    struct interval user = advisor_part(advisor, "user"),
                    own = sums_of_row(document_at(delivery, "own_programs")),
                    system = sums_less(sums_of_row(document_at(delivery, "consumer_system")), &own, 1);
    double middle = user.estimate + system.estimate;

    if (isnan(system.estimate)) /* all of it is in user */
        return user;
    return exact_or_not(
        advisor,
        (struct interval){middle, middle - hypot(user.estimate - user.low, system.estimate - system.low),
                          middle + hypot(user.high - user.estimate, system.high - system.estimate)});
}

struct interval advisor_measured(const struct advisor *advisor)
{
    return exact_or_not(advisor, sums_of_row(document_at(advisor->document, "breakdown.measured")));
}

const char *advisor_unit(const struct advisor *advisor)
{
    return document_text(advisor->document, "breakdown.unit");
}

static json_t *find_advice(json_t *list, const struct finding *finding)
{
    json_t *advice;
    size_t i;

    json_array_foreach(list, i, advice)
    {
        if (strcmp(document_text(advice, "rule"), finding->rule) == 0 &&
            strcmp(document_text(advice, "program"), finding->program) == 0)
            return advice;
    }
    return NULL;
}

static json_t *new_advice(struct advisor *advisor, const struct finding *finding)
{
    json_t *advice = json_pack("{s:s, s:s, s:s, s:s, s:s}", "rule", finding->rule, "text", finding->text,
                               "since", finding->since, "program", finding->program, "unit",
                               finding->unit ? finding->unit : advisor_unit(advisor));

    json_array_append_new(advisor->list, advice);
    return advice;
}

json_t *advisor_add(struct advisor *advisor, const struct finding *finding)
{
    json_t *advice = find_advice(advisor->list, finding);
    struct interval sum = finding->saves;
    char evidence[600];

    if (!isfinite(sum.estimate) || !isfinite(sum.low) || !isfinite(sum.high))
        return NULL;
    if (advice) {
        struct interval before = sums_of_row(json_object_get(advice, "saves"));

        sum = (struct interval){sum.estimate + before.estimate, sum.low + before.low, sum.high + before.high};
    } else {
        advice = new_advice(advisor, finding);
    }
    snprintf(evidence, sizeof(evidence), "%s%s%s", document_text(advice, "evidence"),
             document_text(advice, "evidence")[0] ? "; " : "", finding->evidence);
    json_object_set_new(advice, "saves", compose_interval(sum.estimate, sum.low, sum.high));
    json_object_set_new(advice, "evidence", json_string(evidence));
    return advice;
}
