/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/program_cost.h"
#include "orchestrator/breakdown/prices.h"
#include "orchestrator/breakdown/sums.h"
#include "orchestrator/breakdown/waking.h"
#include "orchestrator/breakdown/way.h"
#include "orchestrator/program_events.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Wake-ups per event, below which the row says nothing of them: on one CPU its consumer comes to sleep late.
 */
#define TOLD_MIN 0.02

/*
 * Events that come with interrupts off (kernel/sched/core.c: under the run queue's lock): the interrupt by
 * which a program wakes its consumer (irq_work) waits until long after the program. Elsewhere it comes at
 * once, while the program still runs.
 */
static const char *const masked_events[] = {
    "sched_switch",       "sched_waking",      "sched_wakeup",     "sched_wakeup_new",
    "sched_migrate_task", "irq_handler_entry", "irq_handler_exit",
};

static bool wakes_within(const char *attach)
{
    const char *colon = strrchr(attach, ':');

    if (strncmp(attach, "perf_event:", 11) == 0) /* in an interrupt itself */
        return false;
    for (size_t i = 0; colon && i < ARRAY_SIZE(masked_events); i++)
        if (strcmp(colon + 1, masked_events[i]) == 0)
            return false;
    return true;
}

/* Counts of little come out below zero now and then; NaN stays NaN. */
static double not_below_zero(double number)
{
    return number < 0 ? 0 : number;
}

/* A part of the runs, counted apart from them: noise may make it more than there are. */
static double part_of(double runs, const json_t *program, const char *name)
{
    double part = not_below_zero(document_number(program, name));

    return part > runs ? runs : part;
}

/*
 * Telling the consumer once. A perf buffer raises its interrupt with each event, whether or not its consumer
 * sleeps (perf_output_wakeup() of kernel/events/ring_buffer.c); a ring buffer only when the consumer has
 * taken all there was (bpf_ringbuf_commit() of kernel/bpf/ringbuf.c), which is told by how often it sleeps.
 * Where both have one CPU there are no rows of a consumer that rests, but one of changing to it.
 */
static void set_wake(struct program_cost *cost, const struct price *price, const json_t *rows,
                     double cycle_ns)
{
    const json_t *row = unit_row_find(rows, &price->high);
    struct interval woken = sums_of_row(row), alone = sums_of_row(unit_row_find(rows, &price->low));
    struct waking waking = waking_of(rows, price->high.name, alone, cycle_ns);
    double told = document_number(row, "detail.wakeups_per_event"),
           change_ns = document_number(row, "detail.change_per_wakeup_ns");

    cost->change_ns = isnan(change_ns) ? waking.change_ns : change_ns;
    cost->tells_each_event = strncmp(price->high.name, "perf_event", 10) == 0;
    if (cost->tells_each_event)
        told = 1;
    else if (!isnan(waking.telling.estimate)) {
        cost->wake_ns = waking.telling;
        return;
    }
    if (told < TOLD_MIN || !(woken.estimate > alone.estimate))
        return;
    cost->wake_ns = sums_times(
        (struct interval){woken.estimate - alone.estimate, woken.low - alone.high, woken.high - alone.low},
        1 / told);
}

/* By the first of its calls that may wake somebody. */
static void find_wake(struct program_cost *cost, const json_t *rows, double cycle_ns)
{
    const json_t *call;
    size_t i;

    json_array_foreach(document_at(cost->program, "code.calls"), i, call)
    {
        const struct price *price = price_of(document_text(call, "name"));

        if (price_wakes(price)) {
            set_wake(cost, price, rows, cycle_ns);
            return;
        }
    }
}

static struct interval above(struct interval figure, double floor)
{
    return (struct interval){fmax(0, figure.estimate - floor), fmax(0, figure.low - floor),
                             fmax(0, figure.high - floor)};
}

/* What its own operations need at least, told or not told, it keeps; what they do not take at most it has for
 * something else. An empty program's run time is off body_ns, and so its instructions are off these. */
static void set_spare(struct program_cost *cost, const json_t *rows)
{
    const json_t *code = json_object_get(cost->program, "code"), *way = unit_row_find(rows, &unit_row_timer);
    double most = predict_untold(code, way, rows);

    cost->spare_ns = above(cost->body_ns, predict_needed(code, way, rows));
    cost->excess_ns = isnan(most) ? sums_exact(0) : above(cost->body_ns, most);
    cost->excess_ns = (struct interval){fmin(cost->spare_ns.estimate, cost->excess_ns.estimate),
                                        fmin(cost->spare_ns.low, cost->excess_ns.low),
                                        fmin(cost->spare_ns.high, cost->excess_ns.high)};
}

double program_runs(const json_t *program)
{
    double all = document_number(program, "all_runs_per_op");

    return not_below_zero(isnan(all) ? document_number(program, "runs_per_op") : all);
}

double program_bodied_runs(const json_t *program)
{
    double runs = program_runs(program), own = part_of(runs, program, "own_runs_per_op");

    return json_is_true(json_object_get(program, "own_runs_pass")) && own < runs ? runs - own : runs;
}

/* One of the bodied runs; without turns (older trials) a figure without an interval. */
static struct interval body_of(const json_t *program, double timer_ns)
{
    const json_t *turns = json_object_get(program, "ns_per_run_interval");
    double runs = program_runs(program), bodied = program_bodied_runs(program),
           share = bodied < runs ? runs / bodied : 1,
           body_ns = share * not_below_zero(document_number(program, "ns_per_run") - timer_ns);

    if (!json_is_object(turns) || isnan(body_ns))
        return sums_exact(body_ns);
    return (struct interval){body_ns, share * not_below_zero(document_number(turns, "low") - timer_ns),
                             share * not_below_zero(document_number(turns, "high") - timer_ns)};
}

static struct program_cost cost_of(const json_t *programs, size_t index, const json_t *rows, double timer_ns,
                                   double wake_cycle_ns)
{
    const json_t *program = json_array_get(programs, index);
    struct event_range events = events_of_run(program);
    double runs = program_runs(program), bodied = program_bodied_runs(program);
    struct program_cost cost = {
        .program = program,
        .runs_per_op = runs,
        .bodied_runs_per_op = bodied,
        .caused_runs_per_op = part_of(runs, program, "runs_per_op"),
        .own_runs_per_op = part_of(runs, program, "own_runs_per_op"),
        .load_runs_per_op = part_of(runs, program, "load_runs_per_op"),
        .dispatch_ns = way_of(programs, index, rows),
        .body_ns = body_of(program, timer_ns),
        .events_per_op = runs == 0 ? 0 : bodied * events.most,
        .fewest_events_per_op = runs == 0 ? 0 : bodied * events.fewest,
        .wake_ns = interval_unknown(),
        .change_ns = NAN,
        .wakes_within = wakes_within(document_text(program, "attach")),
    };

    find_wake(&cost, rows, wake_cycle_ns);
    set_spare(&cost, rows);
    return cost;
}

int program_costs_make(struct program_costs *costs, const json_t *target, const json_t *rows,
                       double wake_cycle_ns)
{
    const json_t *programs = json_object_get(target, "programs");
    double timer_ns = document_number(unit_row_find(rows, &unit_row_timer), "detail.run_time_ns");

    *costs = (struct program_costs){
        .known = true, .wakeups_per_op = document_number(target, "statistics.target_wakeups_per_op")};
    costs->list = calloc(json_array_size(programs) + 1, sizeof(*costs->list));
    if (!costs->list)
        return -ENOMEM;
    for (size_t i = 0; i < json_array_size(programs); i++) {
        struct program_cost *cost = &costs->list[costs->count++];

        *cost = cost_of(programs, i, rows, timer_ns, wake_cycle_ns);
        if (cost->runs_per_op == 0) /* what never runs costs nothing, whatever a run does */
            cost->dispatch_ns = cost->body_ns = cost->spare_ns = cost->excess_ns = sums_exact(0);
        costs->known &= !isnan(cost->runs_per_op * (cost->dispatch_ns.estimate + cost->body_ns.estimate));
    }
    return 0;
}

void program_costs_free(struct program_costs *costs)
{
    free(costs->list);
}
