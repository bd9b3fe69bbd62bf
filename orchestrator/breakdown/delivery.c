/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/delivery.h"
#include "orchestrator/breakdown/sums.h"
#include "orchestrator/compose.h"
#include "reports/jsonio.h"

#include <math.h>

static struct interval metric_of(const struct analysis *analysis, const char *name)
{
    const struct metric_result *result = compose_find(analysis, name);

    return result->available ? result->absolute : interval_unknown();
}

static bool sends_events(const struct program_cost *cost)
{
    return cost->runs_per_op > 0 && !isnan(cost->wake_ns.estimate);
}

/* As many as there may be; a program that sends any number counts as one that sends one in each run. */
static double events_of(const struct program_cost *cost)
{
    return isnan(cost->events_per_op) ? fmax(cost->bodied_runs_per_op, cost->fewest_events_per_op)
                                      : cost->events_per_op;
}

static double fewest_of(const struct program_cost *cost)
{
    return isnan(cost->fewest_events_per_op) ? 0 : cost->fewest_events_per_op;
}

static double all_events(const struct program_costs *costs)
{
    double events = 0;

    for (unsigned i = 0; i < costs->count; i++)
        events += sends_events(&costs->list[i]) ? events_of(&costs->list[i]) : 0;
    return events;
}

/*
 * How often this program tells its consumer: as often as the target was woken, shared out by events. A timer
 * wakes, too: no more than there are events. Where it tells with each event, no fewer than it cannot but
 * send; a program that filters may send none in most of its runs, and only the wake-ups know how many it did
 * send.
 */
static double tellings_by(double wakeups_per_op, const struct program_costs *costs,
                          const struct program_cost *cost)
{
    double events = all_events(costs), wakeups = fmin(wakeups_per_op, events), shared;

    if (!sends_events(cost) || events == 0)
        return 0;
    shared = fmax(0, wakeups) * events_of(cost) / events;
    return cost->tells_each_event ? fmax(fewest_of(cost), shared) : shared;
}

/* As often as in the windows, where nobody counted. */
static double counted_wakeups(const struct delivery *delivery, const struct program_costs *costs)
{
    return isnan(costs->wakeups_per_op) ? delivery->wakeups_per_op.estimate : costs->wakeups_per_op;
}

struct interval delivery_taken(const struct delivery *delivery, const struct program_costs *costs,
                               const struct program_cost *cost)
{
    double telling = tellings_by(counted_wakeups(delivery, costs), costs, cost) * cost->wake_ns.estimate,
           runs = cost->bodied_runs_per_op;

    if (!delivery->split || !sends_events(cost) || !cost->wakes_within)
        return sums_exact(0);
    if (telling == 0)
        return sums_exact(0);
    /* It may be cheaper here than where it was measured: no more than the program's own operations leave; or
     * dearer: no less than what they can't be. */
    return (struct interval){
        fmax(runs * cost->excess_ns.estimate, fmin(telling, runs * cost->spare_ns.estimate)),
        fmax(runs * cost->excess_ns.low, fmin(telling, runs * cost->spare_ns.low)),
        fmax(runs * cost->excess_ns.high, fmin(telling, runs * cost->spare_ns.high))};
}

double delivery_pace(const struct delivery *delivery, const struct program_costs *costs,
                     const struct program_cost *cost)
{
    double then = tellings_by(counted_wakeups(delivery, costs), costs, cost),
           now = tellings_by(delivery->wakeups_per_op.estimate, costs, cost);

    return then > 0 ? now / then : 1;
}

/* The consumer may let its own runs pass, or not: from nothing but the way there to a body like any other;
 * known of our own probes. */
static struct interval own_of(const struct program_cost *cost)
{
    double runs = cost->own_runs_per_op;
    struct interval dispatch = sums_times(cost->dispatch_ns, runs);

    if (isnan(runs) || runs == 0)
        return sums_exact(0);
    if (json_is_true(json_object_get(cost->program, "own_runs_pass")))
        return dispatch;
    return (struct interval){dispatch.estimate + runs * cost->body_ns.estimate / 2, dispatch.low,
                             dispatch.high + runs * cost->body_ns.estimate};
}

/* A consumer that is awake is told, too, where each event tells: then wake-ups are a guess at how many there
 * were, between the fewest and the most. */
static struct interval outside_of(const struct program_cost *cost, double tellings)
{
    struct interval outside = sums_times(cost->wake_ns, tellings);

    if (cost->tells_each_event) {
        outside.low = fmin(fewest_of(cost) * cost->wake_ns.low, events_of(cost) * cost->wake_ns.low);
        outside.high = events_of(cost) * cost->wake_ns.high;
    }
    return outside;
}

static void add_program(struct delivery *delivery, const struct program_costs *costs,
                        const struct program_cost *cost)
{
    double tellings = tellings_by(delivery->wakeups_per_op.estimate, costs, cost);
    struct interval taken;

    delivery->own_programs = sums_add(delivery->own_programs, own_of(cost));
    if (cost->runs_per_op > 0 && cost->change_ns > 0 && delivery->changes.estimate == 0)
        delivery->changes = sums_times(delivery->wakeups_per_op, cost->change_ns);
    if (!sends_events(cost))
        return;
    if (isnan(delivery->wake_ns.estimate))
        delivery->wake_ns = cost->wake_ns;
    taken = delivery_taken(delivery, costs, cost);
    delivery->tellings_per_op += tellings;
    delivery->taken = sums_add(delivery->taken, taken);
    delivery->within = sums_add(delivery->within, sums_times(taken, delivery_pace(delivery, costs, cost)));
    if (!cost->wakes_within)
        delivery->outside = sums_add(delivery->outside, outside_of(cost, tellings));
}

struct delivery delivery_of(const struct analysis *analysis, const struct program_costs *costs)
{
    struct delivery delivery = {.consumer = metric_of(analysis, "cpu.target_system_per_op"),
                                .wakeups_per_op = metric_of(analysis, "target_wakeups"),
                                .wake_ns = interval_unknown()};

    delivery.split = !isnan(delivery.wakeups_per_op.estimate) && all_events(costs) > 0;
    for (unsigned i = 0; i < costs->count; i++)
        add_program(&delivery, costs, &costs->list[i]);
    if (isnan(delivery.changes.estimate)) /* nobody counted the wake-ups */
        delivery.changes = sums_exact(0);
    if (!delivery.split) {
        delivery.taken = delivery.within = delivery.outside = sums_exact(0);
    }
    return delivery;
}

struct interval delivery_consumer(const struct delivery *delivery)
{
    return sums_less(delivery->consumer, &delivery->own_programs, 1);
}

struct interval delivery_total(const struct delivery *delivery)
{
    return sums_add(sums_add(delivery_consumer(delivery), delivery->within),
                    sums_add(delivery->outside, delivery->changes));
}

json_t *delivery_describe(const struct delivery *delivery)
{
    bool split = delivery->split;

    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "wakeups_per_op",
                     sums_describe_known(delivery->wakeups_per_op), "tellings_per_op",
                     split ? jsonio_number(delivery->tellings_per_op) : json_null(), "telling",
                     sums_describe_known(delivery->wake_ns), "within_programs",
                     split ? jsonio_number(delivery->within.estimate) : json_null(), "outside_programs",
                     split ? sums_describe(delivery->outside) : json_null(), "changes",
                     sums_describe(delivery->changes), "consumer_system", sums_describe(delivery->consumer),
                     "own_programs", sums_describe(delivery->own_programs));
}
