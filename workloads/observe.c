/* SPDX-License-Identifier: GPL-2.0 */
/*
 * No load at all: the machine's own traffic, whatever it is. What an operation is (a packet, a disk's I/O, a
 * context switch) is counted by the kernel, and a number that somebody else keeps may be read beside it. That
 * the traffic changes by itself is what quads and blocks are for (docs/live.md).
 */
#include "workloads/observe_counters.h"
#include "workloads/observe_source.h"
#include "workloads/workload_list.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* A quantile is taken from as many observations as its tail needs, as everywhere (base/hist.h). */
#define TAIL_OBSERVATIONS 20

struct state {
    struct observe_source *source; /* owned; NULL: no number */
    enum observe_kind kind;
    const char *value_name; /* of the number, where it is one */
};

/* Both edges of a window. */
struct edge {
    struct observe_counters counters;
    struct exposition_reading reading;
    uint64_t now_ns, read_ns;
};

static const char *const operations[] = {"packet", "io", "switch", "syscall", NULL};
static const char *const kinds[] = {
    [OBSERVE_GAUGE] = "gauge", [OBSERVE_COUNTER] = "counter", [OBSERVE_HISTOGRAM] = "histogram", NULL};
static const char *const betters[] = {"lower", "higher", NULL};

static const struct param_spec params[] = {
    {"per", "", "packet", "what an operation is: a packet received, a disk's I/O, a context switch",
     operations},
    {"command", "", NULL, "for /bin/sh -c: prints a number that is compared", NULL},
    {"url", "", NULL, "endpoint for Prometheus on this machine that has the number", NULL},
    {"metric", "", NULL, "which number there: NAME or \"NAME{label='value'}\"; series are added up", NULL},
    {"kind", "", "gauge", "of the number; a counter becomes its rate, a histogram its quantiles", kinds},
    {"better", "", "lower", "is the number better when it is lower, or higher?", betters},
    {0},
};

static const char *const exercises[] = {"tracepoint:sched:sched_switch", NULL};

static enum observe_kind kind_of(const struct workload *workload)
{
    const char *text = params_text(&workload->params, "kind");

    for (unsigned i = 0; kinds[i]; i++)
        if (strcmp(kinds[i], text) == 0)
            return (enum observe_kind)i;
    return OBSERVE_GAUGE;
}

static bool has_number(const struct workload *workload)
{
    return params_text(&workload->params, "command") || params_text(&workload->params, "url");
}

static const char *value_name(const struct workload *workload)
{
    bool higher = strcmp(params_text(&workload->params, "better"), "higher") == 0;

    return higher ? "observed.higher" : "observed.lower";
}

static const char *primary(const struct workload *workload)
{
    if (!has_number(workload))
        return "cpu.per_op";
    return kind_of(workload) == OBSERVE_HISTOGRAM ? "observed.p50" : value_name(workload);
}

static struct observe_source_plan source_plan(const struct workload *workload)
{
    const struct params *given = &workload->params;

    return (struct observe_source_plan){.command = params_text(given, "command"),
                                        .url = params_text(given, "url"),
                                        .metric = params_text(given, "metric"),
                                        .kind = kind_of(workload)};
}

/* What would be ignored is refused: a verdict must not be the reverse of what was meant. */
static int check_meaning(const struct workload *workload, struct error *error)
{
    const char *kind = params_text(&workload->params, "kind"),
               *better = params_text(&workload->params, "better");
    bool higher = strcmp(better, "higher") == 0;

    if (!has_number(workload) && (higher || kind_of(workload) != OBSERVE_GAUGE))
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload observe: %s=%s, but of which number? give url= or command=",
                         higher ? "better" : "kind", higher ? better : kind);
    if (higher && kind_of(workload) == OBSERVE_HISTOGRAM)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload observe: better=higher is not possible with kind=histogram, whose "
                         "quantiles are better when they are lower; leave it out");
    return 0;
}

static int check(const struct workload *workload, struct error *error)
{
    struct observe_source_plan plan = source_plan(workload);
    int result = check_meaning(workload, error);

    if (result)
        return result;

    if (strcmp(params_text(&workload->params, "per"), "syscall") == 0)
        return error_set(
            error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
            "observe,per=syscall is unsupported, because the kernel counts no system calls: a hook on "
            "each would have to, and its cost, a good part of a tracer's own, would be in both arms; "
            "take per=packet, per=io or per=switch, or a number that the application serves (url=)");
    if (!has_number(workload) && plan.metric)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload observe: metric=%s, but where? give url= or command=", plan.metric);
    if (has_number(workload) && observe_source_check(&plan, error) != 0)
        return error_prefix(error, -EINVAL, "workload observe");
    return 0;
}

static void cleanup(struct workload *workload)
{
    struct state *state = workload->state;

    if (state)
        observe_source_close(state->source);
    free(state);
    workload->state = NULL;
}

/* What the kernel counts of the operation. */
static double operations_of(const struct workload *workload, const struct observe_counters *counters)
{
    const char *per = params_text(&workload->params, "per");

    return strcmp(per, "packet") == 0 ? counters->packets
           : strcmp(per, "io") == 0   ? counters->ios
                                      : counters->switches;
}

/* What can't be read is found out before anything is measured. */
static int try_once(struct workload *workload, struct error *error)
{
    struct state *state = workload->state;
    struct observe_counters counters;
    struct exposition_reading reading;
    uint64_t at_ns;

    observe_counters_read(&counters);
    if (isnan(operations_of(workload, &counters)))
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                         "observe,per=%s: this kernel does not count that",
                         params_text(&workload->params, "per"));
    return state->source
               ? observe_source_read(state->source, workload->place.interrupt, &reading, &at_ns, error)
               : 0;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct observe_source_plan plan = source_plan(workload);
    struct state *state = calloc(1, sizeof(*state));
    int result = 0;

    if (!state)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    workload->state = state;
    state->kind = plan.kind;
    state->value_name = value_name(workload);
    if (has_number(workload))
        result = observe_source_open(&state->source, &plan, error);
    if (result == 0)
        result = try_once(workload, error);
    if (result)
        cleanup(workload);
    return result;
}

static int start(struct workload *workload, struct error *error)
{
    (void)workload;
    (void)error;
    return 0; /* it is there */
}

static void stop(struct workload *workload)
{
    (void)workload;
}

/* A gauge is asked for at the end alone: nothing that asking costs falls into the window. */
static int read_number(struct workload *workload, bool first, struct edge *edge, struct error *error)
{
    struct state *state = workload->state;

    if (!state->source || (first && state->kind == OBSERVE_GAUGE))
        return 0;
    return observe_source_read(state->source, workload->place.interrupt, &edge->reading, &edge->read_ns,
                               error);
}

static int wait_window(struct workload *workload, uint64_t until_ns, const struct window_edges *edges)
{
    int result = 0;

    while (result == 0 && clock_now_ns() < until_ns) {
        uint64_t next_ns = clock_now_ns() + WINDOW_TICK_NS;

        result = interrupt_wait(workload->place.interrupt, next_ns < until_ns ? next_ns : until_ns, -1);
        if (result == 0 && next_ns < until_ns && edges && edges->tick)
            edges->tick(edges->context);
    }
    return result;
}

/* Per CPU, the kernel's count of packets has 32 bits. */
static double grown(double before, double after)
{
    return after < before ? after - before + 4294967296.0 : after - before;
}

static int set_if_known(struct values *values, const char *name, double number)
{
    return isnan(number) ? 0 : values_set(values, name, number);
}

/* Unknown where too few were observed, or where the process behind it was started anew. */
static int set_quantiles(struct values *values, const struct edge *first, const struct edge *last)
{
    static const struct {
        const char *name;
        double q;
    } quantiles[] = {{"observed.p50", 0.5}, {"observed.p90", 0.9}, {"observed.p99", 0.99}};
    double count = exposition_observations(&first->reading, &last->reading);
    int result = set_if_known(values, "observed.count", count);

    for (unsigned i = 0; result == 0 && i < ARRAY_SIZE(quantiles); i++)
        if (count >= TAIL_OBSERVATIONS / (1 - quantiles[i].q))
            result = set_if_known(values, quantiles[i].name,
                                  exposition_quantile(&first->reading, &last->reading, quantiles[i].q, NULL));
    return result;
}

static int set_number(const struct state *state, struct values *values, const struct edge *first,
                      const struct edge *last)
{
    double change = last->reading.value - first->reading.value;

    if (!state->source)
        return 0;
    if (state->kind == OBSERVE_HISTOGRAM)
        return set_quantiles(values, first, last);
    if (state->kind == OBSERVE_GAUGE)
        return values_set(values, state->value_name, last->reading.value);
    if (change < 0) /* started anew */
        return 0;
    return values_set(values, state->value_name, change / ((double)(last->read_ns - first->read_ns) / 1e9));
}

static int fill(const struct workload *workload, struct values *values, const struct edge *first,
                const struct edge *last)
{
    struct observe_counters all = {.packets = grown(first->counters.packets, last->counters.packets),
                                   .ios = last->counters.ios - first->counters.ios,
                                   .switches = last->counters.switches - first->counters.switches};
    int result = values_set(values, "ops", operations_of(workload, &all));

    result = result ? result : values_set(values, "window_ns", (double)(last->now_ns - first->now_ns));
    result = result ? result : values_set(values, "failed", 0);
    result = result ? result : values_set(values, "load.missed", 0);
    result = result ? result : set_if_known(values, "observed.packets", all.packets);
    result = result ? result : set_if_known(values, "observed.ios", all.ios);
    result = result ? result : set_if_known(values, "observed.switches", all.switches);
    return result ? result : set_number(workload->state, values, first, last);
}

static void take_edge(struct edge *edge)
{
    edge->now_ns = clock_now_ns();
    observe_counters_read(&edge->counters);
}

static int measure(struct workload *workload, uint64_t window_ns, const struct window_edges *edges,
                   struct load_sample *sample, struct error *error)
{
    OWNED_PTR struct edge *both = calloc(2, sizeof(*both));
    int result = both ? read_number(workload, true, &both[0], error)
                      : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");

    if (result)
        return result;
    if (edges && edges->begin)
        edges->begin(edges->context);
    take_edge(&both[0]);
    result = wait_window(workload, both[0].now_ns + window_ns, edges);
    if (result)
        return result;
    take_edge(&both[1]);
    if (edges && edges->end)
        edges->end(edges->context);
    result = read_number(workload, false, &both[1], error);
    if (result)
        return result;
    return fill(workload, &sample->values, &both[0], &both[1])
               ? error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory")
               : 0;
}

const struct workload_ops workload_observe = {
    .name = "observe",
    .summary = "no load: the machine's own traffic, and a number that a command or an endpoint gives",
    .operation = "packet, I/O or context switch",
    .primary_metric = "cpu.per_op",
    .primary = primary,
    .default_topology = "host",
    .params = params,
    .exercises = exercises,
    .observes = true,
    .min_window_ns = NS_PER_SECOND / 2,
    .check = check,
    .prepare = prepare,
    .start = start,
    .measure = measure,
    .stop = stop,
    .cleanup = cleanup,
};
