/* SPDX-License-Identifier: GPL-2.0 */
/* One window: the load measured, the samplers read at its edges, and what must not have happened meanwhile.
 */
#include "agents/memory_census.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "base/interrupt.h"
#include "orchestrator/machine.h"
#include "orchestrator/stalls.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

/* MONOTONIC_RAW is not steered, BOOTTIME goes on while suspended: together they show what moved the clock. */
struct clocks {
    double monotonic_ns, raw_ns, boot_ns;
};

/* The first thing that went wrong is the one that is shown. */
__attribute__((format(printf, 3, 4))) static void note(struct window_result *result, unsigned problem,
                                                       const char *format, ...)
{
    va_list arguments;

    result->problems |= problem;
    if (result->problem_text[0])
        return;
    va_start(arguments, format);
    vsnprintf(result->problem_text, sizeof(result->problem_text), format, arguments);
    va_end(arguments);
}

#define CLOCK_TOLERANCE  0.002 /* NTP steers by at most 0.0005 */
#define DAY_TOLERANCE_NS 50e6  /* nobody sets it by less, and neither load nor target would notice */

static double read_clock(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static struct clocks read_clocks(void)
{
    return (struct clocks){read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_MONOTONIC_RAW),
                           read_clock(CLOCK_BOOTTIME)};
}

/* The reads may be far apart where we are preempted between them: of three, those nearest to each other. */
static double day_ahead_ns(void)
{
    double ahead_ns = NAN, nearest_ns = INFINITY;

    for (int i = 0; i < 3; i++) {
        double before_ns = read_clock(CLOCK_MONOTONIC), day_ns = read_clock(CLOCK_REALTIME),
               after_ns = read_clock(CLOCK_MONOTONIC);

        if (after_ns - before_ns >= nearest_ns)
            continue;
        nearest_ns = after_ns - before_ns;
        ahead_ns = day_ns - after_ns;
    }
    return ahead_ns;
}

static void check_clocks(const struct clocks *start, struct window_result *result)
{
    struct clocks end = read_clocks();
    double monotonic_ns = end.monotonic_ns - start->monotonic_ns;
    double raw_off = fabs(end.raw_ns - start->raw_ns - monotonic_ns);
    double boot_off = fabs(end.boot_ns - start->boot_ns - monotonic_ns);
    /* The reads themselves are some 100 ns apart, more when we are preempted between them. */
    double tolerance_ns = CLOCK_TOLERANCE * monotonic_ns + 1e6;

    if (raw_off <= tolerance_ns && boot_off <= tolerance_ns)
        return;
    note(result, PROBLEM_MACHINE, N_("the clock jumped by %.1f ms"),
         (raw_off > boot_off ? raw_off : boot_off) / 1e6);
}

/* Our clock knows nothing of it, but generators, targets and their time-outs may go by the time of day. Steps
 * between windows count as well. Who steers it instead of setting it (NTP, mostly) steers both. */
static void check_time_of_day(struct machine *machine, struct window_result *result)
{
    double before_ns = machine->day_ahead_ns, set_ns;

    machine->day_ahead_ns = day_ahead_ns();
    set_ns = machine->day_ahead_ns - before_ns;
    if (fabs(set_ns) > DAY_TOLERANCE_NS)
        note(result, PROBLEM_MACHINE, N_("the time of day was set, by %+.2f s"), set_ns / 1e9);
}

/* The load stood still as well, or did not: whatever the window shows, it is not the target's doing. */
static void check_stopped(struct window_result *result)
{
    if (interrupt_was_stopped())
        note(result, PROBLEM_MACHINE, N_("tracetoll was stopped for a while (SIGCONT)"));
}

/* A load that was pinned to one that went away is somewhere else now. */
static void check_cpus(struct machine *machine, struct window_result *result)
{
    int now = cpus_online(), before = machine->cpus;

    machine->cpus = now;
    if (before && now != before)
        note(result, PROBLEM_MACHINE, N_("the number of CPUs changed from %d to %d"), before, now);
}

static bool has_program(const struct inventory *inventory, uint32_t id)
{
    for (unsigned i = 0; i < inventory->program_count; i++)
        if (inventory->programs[i].id == id)
            return true;
    return false;
}

/* The first program that is neither from before nor the target's; NULL when there is none. */
static const struct inventory_program *find_foreign(const struct machine *machine,
                                                    const struct inventory *now, bool on)
{
    for (unsigned i = 0; i < now->program_count; i++) {
        uint32_t id = now->programs[i].id;

        if (!has_program(&machine->before, id) &&
            !(on && has_program(&machine->current->target->inventory, id)))
            return &now->programs[i];
    }
    return NULL;
}

/* Programs from before that are gone: their owner's affair, but A and B no longer see the same machine. */
static bool lost_one(const struct machine *machine, const struct inventory *now)
{
    for (unsigned i = 0; i < machine->before.program_count; i++)
        if (!has_program(now, machine->before.programs[i].id))
            return true;
    return false;
}

/* From here on this is the machine as it is, so that the next quad compares like with like again. */
static void take_as_before(struct machine *machine, struct inventory *now, bool on)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < now->program_count; i++)
        if (!on || !has_program(&machine->current->target->inventory, now->programs[i].id))
            now->programs[kept++] = now->programs[i];
    now->program_count = kept;
    inventory_free(&machine->before);
    machine->before = *now;
    *now = (struct inventory){0};
}

int machine_inspect(struct machine *machine)
{
    struct target *target = machine->current->target;
    int result = target->ops->inspect(target, NULL);

    machine->place.target_cgroup = target->ops->cgroup_path(target);
    return result;
}

static void check_foreign(struct machine *machine, bool on, struct window_result *result)
{
    CLEANUP(inventory_free) struct inventory now = {0};
    const struct inventory_program *foreign;

    if (inventory_of_system(&now) != 0)
        return;
    foreign = find_foreign(machine, &now, on);
    if (foreign && on && machine_inspect(machine) == 0)
        foreign = find_foreign(machine, &now, on); /* a target may load more programs later */
    if (foreign)
        note(result, PROBLEM_MACHINE, N_("foreign BPF program %u (%s) appeared"), foreign->id, foreign->name);
    else if (lost_one(machine, &now))
        note(result, PROBLEM_MACHINE, N_("a BPF program from before the run went away"));
    else
        return;
    take_as_before(machine, &now, on);
}

/* Its counters began anew with its cgroup (an agent under systemd, Restart=): what it used before is lost. */
static void check_restarted(const struct block *block, struct window_result *result)
{
    if (values_or_nan(&block->values, "target.restarts") > 0)
        note(result, PROBLEM_MACHINE, N_("the target was started anew"));
}

static void check_background(const struct machine *machine, struct window_result *result)
{
    for (unsigned i = 0; i < machine->background_count; i++) {
        struct workload *background = &machine->backgrounds[i];

        if (background->ops->background->alive(background))
            continue;
        note(result, PROBLEM_LOAD, N_("the background load %s ended"), background->ops->name);
    }
}

/* Links that were told to lose packets leave requests unanswered: a figure of the report, no fault. */
static void check_load(const struct workload_place *place, const struct load_sample *sample,
                       struct window_result *result)
{
    double missed = values_or_nan(&sample->values, "load.missed"),
           failed = place->loss > 0 ? 0 : values_or_nan(&sample->values, "failed");

    if (missed > 0)
        note(result, PROBLEM_LOAD, N_("the load did not reach its rate"));
    else if (failed > 0)
        note(result, PROBLEM_LOAD, N_("%.0f operations failed"), failed);
}

/* Rates of the two are divided by each other, so that an edge may come late; but not of anything. */
#define COUNTED_SHARE 0.5

/* Loads of others go by their own clock, whenever we come to take the counters. */
static void check_counted(const struct block *block, struct window_result *result)
{
    double counted_ns = values_or_nan(&block->values, "sampler.window_ns");

    if (counted_ns < COUNTED_SHARE * (double)block->window_ns)
        note(result, PROBLEM_MACHINE, N_("tracetoll was held up: it counted %.2f s of %.2f s"),
             counted_ns / 1e9, (double)block->window_ns / 1e9);
}

struct edge {
    struct machine *machine;
    struct values *values;
    struct probe_counts counted; /* at the first edge, by a target that keeps an account */
};

static void read_account(const struct machine *machine, struct probe_counts *counts)
{
    *counts = (struct probe_counts){0};
    if (machine->place.target_cgroup)
        machine->current->target->ops->account(machine->current->target, counts);
}

static void add_account(const struct probe_counts *before, const struct probe_counts *after,
                        struct values *values)
{
    values_set(values, "target.lost_events", (double)(after->lost - before->lost));
    if (after->runs == 0)
        return;
    values_set(values, "target.accounted_ns", (double)(after->spun_ns - before->spun_ns));
    values_set(values, "target.accounted_runs", (double)(after->runs - before->runs));
}

static void begin_edge(void *context)
{
    struct edge *edge = context;

    samplers_begin(edge->machine->samplers, &edge->machine->place);
    read_account(edge->machine, &edge->counted); /* nearest to the operations it is to be divided by */
}

static void end_edge(void *context)
{
    struct edge *edge = context;
    struct probe_counts now;

    read_account(edge->machine, &now);
    samplers_end(edge->machine->samplers, &edge->machine->place, edge->values);
    if (edge->machine->place.target_cgroup)
        add_account(&edge->counted, &now, edge->values);
}

static void tick(void *context)
{
    struct edge *edge = context;

    samplers_tick(edge->machine->samplers, &edge->machine->place);
}

/* Process by process and map by map only where growth is looked for. */
static void add_target_memory(const struct machine *machine, struct block *block)
{
    struct inventory *inventory = &machine->current->target->inventory;
    double bytes = 0, jited_bytes = 0;

    inventory_read_map_bytes(inventory);
    for (unsigned i = 0; i < inventory->map_count; i++)
        bytes += (double)inventory->maps[i].bytes;
    for (unsigned i = 0; i < inventory->program_count; i++)
        jited_bytes += inventory->programs[i].jited_bytes;
    values_set(&block->values, "target.maps_bytes", bytes);
    values_set(&block->values, "target.jit_bytes", jited_bytes);
    if (block->phase == PHASE_STEADY)
        memory_census(machine->place.target_cgroup, inventory, &block->values);
}

/* Runs under way when a statistics phase of ours ended. */
#define STRAY_RUNS 64

/* Outside of the statistics phase the kernel counts no runs, unless somebody else asked for it. */
static void add_counted_runs(const struct machine *machine, struct block *block)
{
    uint64_t counted = inventory_counted_runs(&machine->current->target->inventory);

    if (counted > STRAY_RUNS)
        values_set(&block->values, "target.counted_runs", (double)counted);
}

static int keep_sample(struct block *block, const struct load_sample *sample)
{
    int result = values_merge(&block->values, &sample->values);

    if (result || sample->latency.count == 0)
        return result;
    block->latency = malloc(sizeof(*block->latency));
    if (!block->latency)
        return -ENOMEM;
    *block->latency = sample->latency;
    return stalls_note(&block->values, block->latency);
}

int machine_window(void *context, uint64_t window_ns, struct block *block, struct window_result *result,
                   struct error *error)
{
    struct machine *machine = context;
    CLEANUP(load_sample_free) struct load_sample *sample = calloc(1, sizeof(*sample));
    struct edge edge = {.machine = machine, .values = &block->values};
    struct window_edges edges = {.begin = begin_edge, .end = end_edge, .tick = tick, .context = &edge};
    struct clocks start = read_clocks();
    int code;

    if (machine->day_ahead_ns == 0)
        machine->day_ahead_ns = day_ahead_ns();
    if (!sample)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    code = machine->workload->ops->measure(machine->workload, window_ns, &edges, sample, error);
    if (code)
        return code;
    code = keep_sample(block, sample);
    if (code)
        return error_set(error, EXIT_ENVIRONMENT, code, "out of memory");
    block->window_ns = (uint64_t)values_or_nan(&sample->values, "window_ns");
    if (block->arm != 'A') {
        add_target_memory(machine, block);
        add_counted_runs(machine, block);
    }
    /* What happened to the machine comes first: what the load shows may be its doing. */
    check_clocks(&start, result);
    check_time_of_day(machine, result);
    check_stopped(result);
    check_counted(block, result);
    check_cpus(machine, result);
    check_restarted(block, result);
    check_load(&machine->workload->place, sample, result);
    check_background(machine, result);
    check_foreign(machine, block->arm != 'A', result);
    return 0;
}
