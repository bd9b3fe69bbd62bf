/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/breakdown.h"
#include "orchestrator/breakdown/prices.h"
#include "orchestrator/compose.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <stdio.h>

/* Sums of parts, with intervals; those of one measurement move together and are added as they are. */
struct parts {
    struct interval dispatch;
    double programs;
    bool known;                 /* each program's */
    struct predicted predicted; /* dispatch and programs, from the operations alone */
    json_t *unpriced;           /* functions that are in none of it; owned */
};

static void parts_free(struct parts *parts)
{
    json_decref(parts->unpriced);
}

static struct interval scaled(const json_t *row, double times)
{
    return (struct interval){times * document_number(row, "estimate"), times * document_number(row, "low"),
                             times * document_number(row, "high")};
}

static struct interval sum(struct interval a, struct interval b)
{
    return (struct interval){a.estimate + b.estimate, a.low + b.low, a.high + b.high};
}

static json_t *describe(const struct interval *interval)
{
    return compose_interval(interval->estimate, interval->low, interval->high);
}

/* Counts and times of little come out below zero now and then; NaN stays NaN. */
static double not_below_zero(double number)
{
    return number < 0 ? 0 : number;
}

static json_t *describe_predicted(const struct predicted *predicted)
{
    return json_pack("{s:o, s:o}", "low", jsonio_number(predicted->low), "high",
                     jsonio_number(predicted->high));
}

/* From the operations alone, for as many runs. */
static json_t *predict(const json_t *program, const json_t *rows, double runs,
                       const struct interval *dispatch, struct parts *parts)
{
    struct predicted run = predict_run(json_object_get(program, "code"), rows, parts->unpriced);
    struct predicted all = {dispatch->low + runs * run.low, dispatch->high + runs * run.high};

    if (runs == 0)
        all = (struct predicted){0, 0};
    parts->predicted.low += all.low;
    parts->predicted.high += all.high;
    return describe_predicted(&all);
}

/* One program's share, added to the sums. */
static json_t *split_program(const json_t *program, const json_t *rows, double timer_ns, struct parts *parts)
{
    const struct unit_row *unit = unit_row_of(program);
    const json_t *row = unit ? unit_row_find(rows, unit) : NULL;
    double runs = not_below_zero(document_number(program, "runs_per_op"));
    double run_ns = not_below_zero(document_number(program, "ns_per_run") - timer_ns);
    /* What never runs takes no time, whatever that of a run is. */
    double body_ns = runs == 0 ? 0 : runs * run_ns;
    struct interval dispatch = runs == 0 ? (struct interval){0, 0, 0} : scaled(row, runs);

    parts->known &= !isnan(dispatch.estimate) && !isnan(body_ns);
    parts->dispatch = sum(parts->dispatch, dispatch);
    parts->programs += body_ns;
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "name", document_text(program, "name"), "attach",
                     document_text(program, "attach"), "runs_per_op", jsonio_number(runs), "dispatch",
                     isnan(dispatch.estimate) ? json_null() : describe(&dispatch), "body",
                     jsonio_number(body_ns), "predicted", predict(program, rows, runs, &dispatch, parts));
}

static json_t *part(const char *name, const char *summary, const struct interval *interval)
{
    json_t *json = describe(interval);

    json_object_set_new(json, "name", json_string(name));
    json_object_set_new(json, "summary", json_string(summary));
    return json;
}

/* Half widths of independent intervals add up as standard errors do. */
static struct interval rest_of(const struct interval *total, const struct interval *parts, unsigned count)
{
    struct interval rest = {.estimate = total->estimate};
    double below = pow(total->estimate - total->low, 2), above = pow(total->high - total->estimate, 2);

    for (unsigned i = 0; i < count; i++) {
        rest.estimate -= parts[i].estimate;
        below += pow(parts[i].high - parts[i].estimate, 2);
        above += pow(parts[i].estimate - parts[i].low, 2);
    }
    rest.low = rest.estimate - sqrt(below);
    rest.high = rest.estimate + sqrt(above);
    return rest;
}

static json_t *close_sum(const struct interval *total, const struct parts *parts, const struct interval *user,
                         double seconds, json_t *programs)
{
    const struct interval bodies = {parts->programs, parts->programs, parts->programs};
    const struct interval list[] = {parts->dispatch, bodies, *user};
    struct interval rest = rest_of(total, list, 3);
    json_t *json =
               json_pack("[o, o, o]", part("dispatch", "getting to the programs and back", &parts->dispatch),
                         part("programs", "what the programs do", &bodies),
                         part("user", "the target's own processes", user)),
           *unexplained =
               part("unexplained", "waking consumers, caches, and what the parts have wrong", &rest);

    json_object_set_new(unexplained, "share", jsonio_number(rest.estimate / total->estimate));
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:O, s:f, s:o}", "metric", "cpu.per_op", "unit", "ns",
                     "measured", describe(total), "parts", json, "unexplained", unexplained, "predicted",
                     describe_predicted(&parts->predicted), "unpriced", parts->unpriced, "seconds", seconds,
                     "programs", programs);
}

json_t *breakdown_compose(const struct analysis *analysis, const json_t *unit_costs, const json_t *target)
{
    const struct metric_result *total = compose_find(analysis, "cpu.per_op"),
                               *user = compose_find(analysis, "cpu.target_per_op");
    const json_t *rows = json_object_get(unit_costs, "rows"), *program;
    double timer_ns = document_number(unit_row_find(rows, &unit_row_timer), "detail.run_time_ns");
    CLEANUP(parts_free) struct parts parts = {.known = true, .unpriced = json_array()};
    json_t *programs;
    size_t i;

    if (!json_is_array(rows) || !total->available || !user->available)
        return json_null();
    programs = json_array();
    json_array_foreach(json_object_get(target, "programs"), i, program)
    {
        json_array_append_new(programs, split_program(program, rows, timer_ns, &parts));
    }
    if (!parts.known) {
        json_decref(programs);
        return json_null();
    }
    return close_sum(&total->absolute, &parts, &user->absolute, document_number(unit_costs, "seconds"),
                     programs);
}

/* Why this program's share is not known; false when it is. */
static bool lacks(const json_t *program, const json_t *rows, char *why, size_t size)
{
    const struct unit_row *unit = unit_row_of(program);
    const json_t *row = unit ? unit_row_find(rows, unit) : NULL;

    if (document_number(program, "runs_per_op") <= 0)
        return false;
    if (!unit || !row)
        snprintf(why, size, "'tracetoll micro attach' has no row for %s (%s)",
                 document_text_or(program, "attach", "an attach point that is not known"),
                 document_text(program, "type"));
    else if (isnan(document_number(row, "estimate")))
        snprintf(why, size, "what getting to %s costs is %s here: %s", document_text(program, "attach"),
                 document_text(row, "status"), document_text(row, "reason"));
    else if (isnan(document_number(program, "ns_per_run")))
        snprintf(why, size, "the kernel did not count the runs of %s", document_text(program, "name"));
    else
        return false;
    return true;
}

bool breakdown_why_not(const json_t *unit_costs, const json_t *target, char *why, size_t size)
{
    const json_t *program;
    size_t i;

    if (!unit_costs)
        return false;
    if (document_text(unit_costs, "failed")[0]) {
        snprintf(why, size, "what single operations cost could not be measured: %s",
                 document_text(unit_costs, "failed"));
        return true;
    }
    json_array_foreach(json_object_get(target, "programs"), i, program)
    {
        if (lacks(program, json_object_get(unit_costs, "rows"), why, size))
            return true;
    }
    return false;
}
