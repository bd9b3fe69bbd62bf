/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "orchestrator/breakdown/breakdown.h"
#include "orchestrator/breakdown/delivery.h"
#include "orchestrator/breakdown/latency.h"
#include "orchestrator/breakdown/prices.h"
#include "orchestrator/breakdown/program_cost.h"
#include "orchestrator/breakdown/sums.h"
#include "orchestrator/breakdown/way.h"
#include "orchestrator/compose.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <stdio.h>

/* Sums over programs; those of one measurement move together and are added as they are. */
struct parts {
    struct interval dispatch;
    bool shared; /* of the way there, a part by several programs */
    struct interval programs;
    struct predicted predicted; /* dispatch and programs, from the operations alone */
    json_t *unpriced;           /* functions that are in none of it; owned */
    json_t *list;               /* what each program has of it; owned */
};

static void parts_free(struct parts *parts)
{
    json_decref(parts->unpriced);
    json_decref(parts->list);
}

static json_t *describe_predicted(const struct predicted *predicted)
{
    return json_pack("{s:o, s:o}", "low", jsonio_number(predicted->low), "high",
                     jsonio_number(predicted->high));
}

/* From the operations alone, for as many runs. */
static json_t *predict(const struct program_cost *cost, const json_t *rows, struct parts *parts)
{
    bool dear;
    struct predicted run = predict_run(json_object_get(cost->program, "code"),
                                       unit_row_price(rows, cost->program, &dear), rows, parts->unpriced);
    double runs = cost->runs_per_op, bodied = cost->bodied_runs_per_op;
    struct predicted all = {runs * cost->dispatch_ns.low + bodied * run.low,
                            runs * cost->dispatch_ns.high + bodied * run.high};

    if (runs == 0)
        all = (struct predicted){0, 0};
    parts->predicted.low += all.low;
    parts->predicted.high += all.high;
    return describe_predicted(&all);
}

/* One program's share, added to the sums. Its body is what the kernel's statistics say, waking included. */
static void add_program(struct parts *parts, const struct program_cost *cost, const json_t *rows)
{
    struct interval dispatch = sums_times(cost->dispatch_ns, cost->runs_per_op);
    struct interval body = sums_times(cost->body_ns, cost->bodied_runs_per_op);

    parts->dispatch = sums_add(parts->dispatch, dispatch);
    parts->programs = sums_add(parts->programs, body);
    json_array_append_new(
        parts->list, json_pack("{s:s, s:s, s:f, s:o, s:o, s:o}", "name", document_text(cost->program, "name"),
                               "attach", document_text(cost->program, "attach"), "runs_per_op",
                               cost->runs_per_op, "dispatch", sums_describe_known(dispatch), "body",
                               jsonio_number(body.estimate), "predicted", predict(cost, rows, parts)));
}

static const char *describe_ways(const struct parts *parts)
{
    if (parts->shared)
        return N_("getting to the programs and back; what is on one point shares a part of it");
    return N_("getting to the programs and back");
}

static const char *describe_bodies(const struct delivery *delivery)
{
    if (delivery->split)
        return N_("what the programs do, but for waking consumers");
    return N_("what the programs do, and waking consumers meanwhile");
}

/* What is taken from the programs is given to the delivery, as often as in the windows. */
static json_t *close_sum(const struct analysis *analysis, const struct parts *parts,
                         const struct delivery *delivery, double seconds)
{
    const struct interval total = compose_find(analysis, "cpu.per_op")->absolute,
                          user = compose_find(analysis, "cpu.target_user_per_op")->absolute,
                          list[] = {parts->dispatch,
                                    sums_add(parts->programs, sums_times(delivery->taken, -1)),
                                    delivery_total(delivery), user};
    json_t *json =
        json_pack("[o, o, o, o]", sums_part(N_("dispatch"), describe_ways(parts), list[0]),
                  sums_part("programs", describe_bodies(delivery), list[1]),
                  sums_part(N_("delivery"), N_("waking consumers, and their time in the kernel"), list[2]),
                  sums_part(N_("user"), N_("the target's own processes, in user space"), list[3]));

    return json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:O, s:f, s:O}", "metric", "cpu.per_op", "unit", "ns",
        "measured", sums_describe(total), "parts", json, "unexplained",
        sums_unexplained(N_("caches, interrupts, and what the parts have wrong"), total, list, 4), "delivery",
        delivery_describe(delivery), "predicted", describe_predicted(&parts->predicted), "unpriced",
        parts->unpriced, "seconds", seconds, "programs", parts->list);
}

static void add_latency(json_t *breakdown, const struct analysis *analysis, const struct program_costs *costs,
                        const struct delivery *delivery, const json_t *document)
{
    char why[200];
    bool none = latency_why_not(analysis, json_object_get(document, "workload"), why, sizeof(why));

    json_object_set_new(breakdown, "latency",
                        none ? json_null() : latency_compose(analysis, costs, delivery, document));
    json_object_set_new(breakdown, "latency_reason", none ? json_string(why) : json_null());
}

static json_t *compose(const struct analysis *analysis, const json_t *unit_costs,
                       const struct program_costs *costs, const json_t *document)
{
    CLEANUP(parts_free) struct parts parts = {.unpriced = json_array(), .list = json_array()};
    struct delivery delivery = delivery_of(analysis, costs);
    json_t *breakdown;

    parts.shared = way_shared(document_at(document, "target.programs"));
    for (unsigned i = 0; i < costs->count; i++)
        add_program(&parts, &costs->list[i], json_object_get(unit_costs, "rows"));
    breakdown = close_sum(analysis, &parts, &delivery, document_number(unit_costs, "seconds"));
    add_latency(breakdown, analysis, costs, &delivery, document);
    return breakdown;
}

static bool has(const struct analysis *analysis, const char *metric)
{
    return compose_find(analysis, metric)->available;
}

/* Between two wake-ups of the target; NaN: not known. */
static double wake_cycle_ns(const struct analysis *analysis)
{
    const struct metric_result *wakeups = compose_find(analysis, "target_wakeups"),
                               *throughput = compose_find(analysis, "throughput");

    if (!wakeups->available || !throughput->available || !(wakeups->absolute.estimate > 0))
        return NAN;
    return 1e9 / (throughput->with_target * wakeups->absolute.estimate);
}

json_t *breakdown_compose(const struct analysis *analysis, const json_t *unit_costs, const json_t *document)
{
    const json_t *rows = json_object_get(unit_costs, "rows");
    CLEANUP(program_costs_free) struct program_costs costs = {0};

    if (!json_is_array(rows) || !has(analysis, "cpu.per_op") || !has(analysis, "cpu.target_user_per_op") ||
        !has(analysis, "cpu.target_system_per_op"))
        return json_null();
    if (program_costs_make(&costs, json_object_get(document, "target"), rows, wake_cycle_ns(analysis)) != 0 ||
        !costs.known)
        return json_null();
    return compose(analysis, unit_costs, &costs, document);
}

/* Why this program's share is not known; false when it is. */
static bool lacks(const json_t *program, const json_t *rows, char *why, size_t size)
{
    bool dear;
    const json_t *row = unit_row_price(rows, program, &dear);

    if (program_runs(program) <= 0)
        return false;
    if (!row)
        snprintf(why, size, N_("'tracetoll micro attach' has no row for %s (%s)"),
                 document_text_or(program, "attach", N_("an attach point that is not known")),
                 document_text(program, "type"));
    else if (isnan(document_number(row, "estimate")))
        snprintf(why, size, N_("what getting to %s costs is %s here: %s"), document_text(program, "attach"),
                 document_text(row, "status"), document_text(row, "reason"));
    else if (isnan(document_number(program, "ns_per_run")))
        snprintf(why, size, N_("the kernel did not count the runs of %s"), document_text(program, "name"));
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
        snprintf(why, size, N_("what single operations cost could not be measured: %s"),
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
