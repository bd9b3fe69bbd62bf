/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "orchestrator/breakdown/latency.h"
#include "orchestrator/breakdown/sums.h"
#include "orchestrator/compose.h"
#include "reports/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define METRIC "latency.mean"

bool latency_why_not(const struct analysis *analysis, const json_t *workload, char *why, size_t size)
{
    const char *mode = document_text(workload, "parameters.mode");

    if (!compose_find(analysis, METRIC)->available)
        snprintf(why, size, N_("this load has no time of a single operation"));
    else if (!mode[0])
        snprintf(why, size, N_("how many operations %s has under way at once is its own affair"),
                 document_text_or(workload, "name", N_("this load")));
    else if (strcmp(mode, "closed") != 0)
        snprintf(why, size,
                 N_("at a given rate an operation also waits for its own time and for those before"));
    else
        return false;
    return true;
}

/* All of the load on one CPU: then an operation waits for each of its runs. Both ends of a network are on
 * the last CPU unless cpus= says otherwise. */
static bool on_one_cpu(const json_t *workload)
{
    unsigned client, server;

    return sscanf(document_text(workload, "parameters.cpus"), "%u:%u", &client, &server) != 2 ||
           client == server;
}

/*
 * Runs that an operation waits for. Where nobody counted in whose name a program runs, or where one end works
 * while the other waits, anything from none to all: the middle, with an interval of as much.
 */
static struct interval waited_for(const struct program_cost *cost, bool one_cpu)
{
    double most = isnan(cost->load_runs_per_op) ? cost->caused_runs_per_op : cost->load_runs_per_op;

    if (one_cpu && !isnan(cost->load_runs_per_op))
        return sums_exact(most);
    return (struct interval){most / 2, 0, most};
}

struct sums {
    struct interval dispatch, programs, delivery, user;
};

static struct interval product(struct interval a, struct interval b)
{
    return (struct interval){a.estimate * b.estimate, a.low * b.low, a.high * b.high};
}

static void add_program(struct sums *sums, const struct program_cost *cost, const struct program_costs *costs,
                        const struct delivery *delivery, bool one_cpu)
{
    struct interval runs = waited_for(cost, one_cpu);
    struct interval waking;

    if (cost->runs_per_op == 0)
        return;
    waking = sums_times(delivery_taken(delivery, costs, cost), 1 / cost->bodied_runs_per_op);
    sums->dispatch = sums_add(sums->dispatch, product(runs, cost->dispatch_ns));
    sums->programs = sums_add(sums->programs, product(runs, sums_add(cost->body_ns, sums_times(waking, -1))));
    sums->delivery =
        sums_add(sums->delivery, product(runs, sums_times(waking, delivery_pace(delivery, costs, cost))));
}

static json_t *describe(const struct sums *sums, struct interval measured, bool has_consumer)
{
    const struct interval list[] = {sums->dispatch, sums->programs, sums->delivery, sums->user};
    json_t *parts = json_pack(
        "[o, o, o]",
        sums_part(N_("dispatch"), N_("getting to the programs that it waits for, and back"), sums->dispatch),
        sums_part(N_("programs"), N_("what they do, but for waking consumers"), sums->programs),
        sums_part("delivery",
                  has_consumer ? N_("waking consumers, and their time in the kernel")
                               : N_("waking consumers meanwhile"),
                  sums->delivery));

    if (has_consumer)
        json_array_append_new(
            parts, sums_part(N_("user"), N_("the target's own processes, in user space"), sums->user));
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:o}", "metric", METRIC, "unit", "ns", "measured", sums_describe(measured),
        "parts", parts, "unexplained",
        sums_unexplained(N_("caches, waits for a CPU, and what the parts have wrong"), measured, list, 4));
}

/* Programs in the consumer's own time are in none of the load's runs, where these were counted. */
static struct interval consumer_of(const struct program_costs *costs, const struct delivery *delivery)
{
    for (unsigned i = 0; i < costs->count; i++)
        if (costs->list[i].runs_per_op > 0 && isnan(costs->list[i].load_runs_per_op))
            return delivery_consumer(delivery);
    return delivery->consumer;
}

/* Where there is one CPU the consumer takes it from the load, and gives it back. */
json_t *latency_compose(const struct analysis *analysis, const struct program_costs *costs,
                        const struct delivery *delivery, const json_t *document)
{
    bool one_cpu = on_one_cpu(json_object_get(document, "workload")),
         has_consumer = document_number(document, "environment.cpu.online") == 1;
    struct sums sums = {0};

    for (unsigned i = 0; i < costs->count; i++)
        add_program(&sums, &costs->list[i], costs, delivery, one_cpu);
    if (has_consumer) {
        sums.delivery = sums_add(sums.delivery, sums_add(consumer_of(costs, delivery), delivery->changes));
        sums.user = compose_find(analysis, "cpu.target_user_per_op")->absolute;
    }
    return describe(&sums, compose_find(analysis, METRIC)->absolute, has_consumer);
}
