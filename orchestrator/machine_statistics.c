/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The statistics phase: runs and run time of each program, in turns with the load on and with it paused. BPF
 * statistics cost some 20 ns a run, so nothing else is measured meanwhile. Several short turns and not one
 * long one of each: what else happens on the machine comes in bursts, and one burst must not look like the
 * load's doing.
 */
#include "agents/ring_events.h"
#include "agents/substitute.h"
#include "agents/wakeups.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/machine.h"
#include "orchestrator/machine_code.h"
#include "orchestrator/machine_hits.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define TURN_NS       (300 * NS_PER_MS)
#define TURN_NS_MIN   (100 * NS_PER_MS)
#define EXACT_TURN_NS (200 * NS_PER_MS) /* reading seven programs' counters takes 1 ms of it */
/* Where nothing happens by chance, fewer turns tell as much, and no cache has to warm up. */
#define EXACT_TURNS      3
#define EXACT_WARM_UP_NS (20 * NS_PER_MS)
#define PAUSED_SHARE     5 / 6 /* of a turn with the load on */

/* Who asks for short windows is in a hurry, or knows that they hold enough. */
struct statistics_turns statistics_turns(bool exact, uint64_t window_ns)
{
    uint64_t turn_ns = window_ns == 0 || window_ns > TURN_NS ? TURN_NS
                       : window_ns > TURN_NS_MIN             ? window_ns
                                                             : TURN_NS_MIN;

    if (exact)
        return (struct statistics_turns){
            .count = EXACT_TURNS, .ns = EXACT_TURN_NS, .warm_up_ns = EXACT_WARM_UP_NS};
    return (struct statistics_turns){.count = STATISTICS_TURNS_MAX, .ns = turn_ns, .warm_up_ns = turn_ns};
}

/* What one program did in one turn. */
struct turn {
    double runs, run_time_ns, missed;
    double hits[HIT_CGROUPS]; /* of its point, by enum hit_owner; NaN: not known */
};

struct phase {
    struct inventory *inventory;
    struct machine_hits hits;
    struct rings rings;
    unsigned count; /* programs */
    unsigned turns;
    struct turn *start;           /* [count] counters at the first edge of a turn */
    struct turn *loaded, *paused; /* [turns * count] */
    struct turn *now;             /* the turn that is going on: into loaded or paused */
    uint64_t begun_ns;
    double turn_s; /* between the edges */
    double loaded_s[STATISTICS_TURNS_MAX], paused_s[STATISTICS_TURNS_MAX];
    double operations;
    const char *target_cgroup;             /* borrowed; NULL: none */
    double wakeups_at_start, turn_wakeups; /* of the target's threads; NaN: not known */
    double wakeups;                        /* in the turns with the load on */
    int result;                            /* of reading the counters, which happens in callbacks */
};

static void read_counters(struct phase *phase, struct turn *turn)
{
    int result = inventory_read_runs(phase->inventory);

    if (result && result != -ENOENT) /* one that is gone has no figures, and leaves the others theirs */
        phase->result = result;
    for (unsigned i = 0; i < phase->count; i++) {
        const struct inventory_program *program = &phase->inventory->programs[i];

        turn[i] = (struct turn){.runs = program->runs_known ? (double)program->run_count : NAN,
                                .run_time_ns = program->runs_known ? (double)program->run_time_ns : NAN,
                                .missed = program->misses_known ? (double)program->recursion_misses : NAN};
        machine_hits_read(&phase->hits, i, turn[i].hits);
    }
}

static void begin(void *context)
{
    struct phase *phase = context;

    read_counters(phase, phase->start);
    phase->begun_ns = clock_now_ns();
    rings_begin(&phase->rings);
    phase->wakeups_at_start = phase->target_cgroup ? wakeups_of(phase->target_cgroup) : NAN;
}

static void end(void *context)
{
    struct phase *phase = context;

    read_counters(phase, phase->now);
    phase->turn_s = (double)(clock_now_ns() - phase->begun_ns) / 1e9;
    rings_end(&phase->rings);
    phase->turn_wakeups =
        (phase->target_cgroup ? wakeups_of(phase->target_cgroup) : NAN) - phase->wakeups_at_start;
    for (unsigned i = 0; i < phase->count; i++) {
        phase->now[i].runs -= phase->start[i].runs;
        phase->now[i].run_time_ns -= phase->start[i].run_time_ns;
        phase->now[i].missed -= phase->start[i].missed;
        for (unsigned owner = 0; owner < HIT_CGROUPS; owner++)
            phase->now[i].hits[owner] -= phase->start[i].hits[owner];
    }
}

/* What was given the load's PID would be left with a process that is gone: it ends, or sees nothing of the
 * next one. */
static bool may_pause(const struct machine *machine)
{
    return !machine->workload->ops->observes && !substitute_has_pid(machine->current->target->argv);
}

static int measure_loaded(struct machine *machine, struct phase *phase, unsigned turn, struct error *error)
{
    const struct workload_ops *ops = machine->workload->ops;
    struct window_edges edges = {.begin = begin, .end = end, .context = phase};
    CLEANUP(load_sample_free) struct load_sample *sample = calloc(1, sizeof(*sample));
    uint64_t turn_ns = machine->statistics_turns.ns,
             window_ns = ops->min_window_ns > turn_ns ? ops->min_window_ns : turn_ns;
    int result = 0;

    if (!sample)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    phase->now = &phase->loaded[turn * phase->count];
    if (turn > 0 && may_pause(machine)) /* the first turn finds it running */
        result = machine_load_start(machine, machine->statistics_turns.warm_up_ns, error);
    if (result == 0)
        result = ops->measure(machine->workload, window_ns, &edges, sample, error);
    if (result)
        return result;
    /* Programs of others count from before the first edge to behind the last: as many as there were between.
     */
    phase->loaded_s[turn] = phase->turn_s;
    phase->operations += values_or_nan(&sample->values, "ops") * phase->turn_s * 1e9 /
                         values_or_nan(&sample->values, "window_ns");
    phase->wakeups += phase->turn_wakeups;
    rings_keep(&phase->rings);
    return 0;
}

/* The same with nothing running but the rest of the machine. */
static int measure_paused(struct machine *machine, struct phase *phase, unsigned turn)
{
    int result;

    machine_operations.load_stop(machine);
    phase->now = &phase->paused[turn * phase->count];
    begin(phase);
    result =
        interrupt_wait(machine->interrupt, phase->begun_ns + machine->statistics_turns.ns * PAUSED_SHARE, -1);
    end(phase);
    phase->paused_s[turn] = phase->turn_s;
    return result;
}

static double sum(const double numbers[STATISTICS_TURNS_MAX])
{
    double total = 0;

    for (unsigned turn = 0; turn < STATISTICS_TURNS_MAX; turn++)
        total += numbers[turn];
    return total;
}

static struct turn total_of(const struct phase *phase, const struct turn *turns, unsigned program)
{
    struct turn total = {0};

    for (unsigned turn = 0; turn < phase->turns; turn++) {
        const struct turn *one = &turns[turn * phase->count + program];

        total.runs += one->runs;
        total.run_time_ns += one->run_time_ns;
        total.missed += one->missed;
        for (unsigned owner = 0; owner < HIT_CGROUPS; owner++)
            total.hits[owner] += one->hits[owner];
    }
    return total;
}

static json_t *describe_rates(const struct phase *phase, const struct turn *turns, const double *seconds,
                              unsigned program)
{
    json_t *rates = json_array();

    for (unsigned turn = 0; turn < phase->turns && seconds[turn] > 0; turn++)
        json_array_append_new(rates,
                              jsonio_number(turns[turn * phase->count + program].runs / seconds[turn]));
    return rates;
}

/* What a run takes differs from turn to turn: that is how well it is known. */
static json_t *describe_run_times(const struct phase *phase, unsigned program)
{
    json_t *rates = json_array();

    for (unsigned turn = 0; turn < phase->turns && phase->loaded_s[turn] > 0; turn++)
        json_array_append_new(rates, jsonio_number(phase->loaded[turn * phase->count + program].run_time_ns /
                                                   phase->loaded_s[turn]));
    return rates;
}

static json_t *describe_hits(const struct turn *turn)
{
    return json_pack("{s:o, s:o}", "target", jsonio_number(turn->hits[HITS_OF_TARGET]), "load",
                     jsonio_number(turn->hits[HITS_OF_LOAD]));
}

static json_t *describe_programs(const struct phase *phase)
{
    OWNED_PTR struct program_code *codes = program_code_read(phase->inventory);
    json_t *programs = json_array();

    for (unsigned i = 0; i < phase->count; i++) {
        const struct inventory_program *program = &phase->inventory->programs[i];
        struct turn loaded = total_of(phase, phase->loaded, i), paused = total_of(phase, phase->paused, i);

        json_array_append_new(
            programs,
            json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                      program->name, "type", program->type, "attach", program->attach, "runs",
                      jsonio_number(loaded.runs), "run_time_ns", jsonio_number(loaded.run_time_ns), "missed",
                      jsonio_number(loaded.missed), "runs_paused", jsonio_number(paused.runs),
                      "run_time_paused_ns", jsonio_number(paused.run_time_ns), "hits", describe_hits(&loaded),
                      "hits_paused", describe_hits(&paused), "loaded_per_second",
                      describe_rates(phase, phase->loaded, phase->loaded_s, i), "loaded_run_time_per_second",
                      describe_run_times(phase, i), "paused_per_second",
                      describe_rates(phase, phase->paused, phase->paused_s, i), "code",
                      codes ? machine_describe_code(&codes[i], phase->inventory) : json_null()));
    }
    return programs;
}

static json_t *describe_rings(const struct phase *phase)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < phase->rings.count; i++) {
        const struct ring *ring = &phase->rings.list[i];

        json_array_append_new(list, json_pack("{s:i, s:s, s:o, s:o}", "index", (int)ring->index, "name",
                                              phase->inventory->maps[ring->index].name, "events",
                                              jsonio_number(ring_events(ring)), "events_most",
                                              jsonio_number(ring_events_most(ring))));
    }
    return list;
}

/* Null for traffic that can't be paused: what runs belongs to it, all of it. */
static json_t *paused_seconds(const struct phase *phase)
{
    double seconds = sum(phase->paused_s);

    return jsonio_number(seconds > 0 ? seconds : NAN);
}

static int phase_open(struct phase *phase, struct machine *machine)
{
    struct inventory *inventory = &machine->current->target->inventory;
    const struct sampler_place *place = &machine->place;
    size_t count = inventory->program_count;

    *phase = (struct phase){.inventory = inventory,
                            .count = (unsigned)count,
                            .turns = machine->statistics_turns.count,
                            .target_cgroup = place->target_cgroup};
    phase->start = calloc(count + 1, sizeof(struct turn));
    phase->loaded = calloc(phase->turns * count + 1, sizeof(struct turn));
    phase->paused = calloc(phase->turns * count + 1, sizeof(struct turn));
    if (!phase->start || !phase->loaded || !phase->paused)
        return -ENOMEM;
    if (rings_open(&phase->rings, inventory) != 0)
        return -ENOMEM;
    return machine_hits_open(&phase->hits, inventory, place);
}

static void phase_close(struct phase *phase)
{
    machine_hits_close(&phase->hits);
    rings_close(&phase->rings);
    free(phase->start);
    free(phase->loaded);
    free(phase->paused);
}

/* Of the target that is on: the second one's stand under "versus" (compose_versus.c). */
int machine_statistics(void *context, struct trial *trial, struct error *error)
{
    struct machine *machine = context;
    const char *name = trial_statistics_fact(machine->current != &machine->targets[0]);
    CLEANUP(phase_close) struct phase phase;
    OWNED_FD int statistics = bpf_statistics_enable();
    int result = phase_open(&phase, machine);

    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "out of memory");
    /* Before 5.8, or nothing to count: the document says null. */
    if (statistics < 0 || machine->current->target->inventory.program_count == 0)
        return trial_add_fact(trial, name, json_null());
    for (unsigned turn = 0; turn < phase.turns; turn++) {
        result = measure_loaded(machine, &phase, turn, error);
        if (result == 0 && may_pause(machine))
            result = measure_paused(machine, &phase, turn);
        if (result)
            return result;
    }
    close_fd(&statistics);
    inventory_read_runs(phase.inventory); /* from here on nobody should count */
    if (phase.result)
        return trial_add_fact(trial, name, json_null());
    return trial_add_fact(trial, name,
                          json_pack("{s:b, s:f, s:f, s:o, s:o, s:o, s:o}", "paused", may_pause(machine),
                                    "seconds", sum(phase.loaded_s), "operations", phase.operations,
                                    "seconds_paused", paused_seconds(&phase), "wakeups",
                                    jsonio_number(phase.wakeups), "programs", describe_programs(&phase),
                                    "rings", describe_rings(&phase)));
}
