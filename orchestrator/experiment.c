/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/experiment_internal.h"

#include "base/clock.h"
#include "orchestrator/shortfall.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>

#define EMERGENCY_QUADS   2
#define DEATHS_MAX        2
#define REPEATS_FIRST_MAX 3
#define REPEATED_SHARE    0.2

static unsigned next_look(const struct experiment *e)
{
    for (unsigned look = 0; look < e->looks.count; look++)
        if (e->quads_valid < e->looks.quads[look])
            return look;
    return e->looks.count;
}

static unsigned last_quads(const struct experiment *e)
{
    return e->looks.count ? e->looks.quads[e->looks.count - 1] : e->max_quads;
}

void experiment_report(struct experiment *e, const char *phase, char arm)
{
    unsigned look = next_look(e), last = last_quads(e);
    unsigned next = look < e->looks.count ? e->looks.quads[look] : last;
    double quad_seconds = (double)e->quad_ns / 1e9;
    unsigned open = e->quads_done || e->quads_valid > last ? 0 : last - e->quads_valid;
    struct progress progress = {
        .phase = phase,
        .arm = arm,
        .quads = e->quads_valid,
        .quads_next_look = next,
        .quads_last_look = last,
        .seconds_to_next_look = (next - e->quads_valid) * quad_seconds,
        .seconds_to_end = open * quad_seconds + (double)e->after_ns / 1e9,
    };

    if (e->ops->progress)
        e->ops->progress(e->machine, &progress);
}

/*
 * One attachment before the first quad, measured but never counted: it finds out whether the target attaches
 * and detaches at all, how long that takes, and whether the load gives the metrics that budgets need.
 */
static int rehearse(struct experiment *e)
{
    struct window_result window = {0};
    int result;

    e->first = (struct block){.phase = PHASE_QUAD, .arm = 'A'};
    experiment_report(e, "rehearsal", 'A');
    e->window_ns = experiment_window_ns(e->plan, 0, 0);
    result = e->ops->load_start(e->machine, e->error);
    if (result == 0)
        result = e->ops->window(e->machine, e->window_ns, &e->first, &window, e->error);
    if (result == -EPIPE)
        result = error_prefix(e->error, -EPIPE, "the workload died before the target was ever on");
    if (result == 0)
        result = experiment_switch(e, 'B');
    if (result == 0 && e->plan->targets > 1)
        result = experiment_switch(e, 'C');
    return experiment_quiesce(e, result);
}

/* A command's run, or another load of whole runs, may take longer than the window it was given. */
static void fix_timing(struct experiment *e)
{
    uint64_t attach_ns = e->ops->attach_ns(e->machine), detach_ns = e->ops->detach_ns(e->machine);
    uint64_t asked_ns = e->window_ns, took_ns = e->first.window_ns;

    e->window_ns = experiment_window_ns(e->plan, attach_ns, detach_ns);
    e->settle_ns = experiment_settle_ns(e->plan, attach_ns);
    e->quad_ns = experiment_quad_ns(e->plan, attach_ns, detach_ns);
    if (took_ns > asked_ns + asked_ns / 4 && took_ns > e->window_ns)
        e->quad_ns += experiment_windows_per_quad(e->plan) * (took_ns - e->window_ns);
    e->after_ns = experiment_after_ns(e->plan, attach_ns, detach_ns);
}

/* The looks are fixed here, before the first counted block: from --quads, or from the time there is. */
static void fix_looks(struct experiment *e)
{
    uint64_t busy_ns = e->ops->now_ns(e->machine) + e->after_ns, left_ns = !e->deadline_ns ? UINT64_MAX
                                                                           : e->deadline_ns > busy_ns
                                                                               ? e->deadline_ns - busy_ns
                                                                               : 0;

    e->max_quads = experiment_quads_in(e->plan, left_ns, e->quad_ns);
    look_plan_make(&e->looks, e->plan->look_kind, e->max_quads);
}

static json_t *describe_design(const struct experiment *e)
{
    json_t *looks = json_array();

    for (unsigned i = 0; i < e->looks.count; i++)
        json_array_append_new(
            looks, json_pack("{s:i, s:f}", "quads", (int)e->looks.quads[i], "level", e->looks.levels[i]));
    return json_pack("{s:I, s:s, s:I, s:I, s:o, s:f, s:f, s:i, s:f}", "seed", (json_int_t)e->plan->seed,
                     "kind", look_kind_name(e->plan->look_kind), "window_ns", (json_int_t)e->window_ns,
                     "settle_ns", (json_int_t)e->settle_ns, "looks", looks, "seconds_per_quad",
                     (double)e->quad_ns / 1e9, "steady_seconds", (double)e->steady_ns / 1e9, "max_quads",
                     (int)last_quads(e), "max_seconds", (double)e->plan->max_time_ns / 1e9);
}

int experiment_begin_trial(struct experiment *e)
{
    json_t *header = e->ops->describe(e->machine);

    json_object_set_new(header, "design", describe_design(e));
    return trial_written(trial_begin(e->trial, header), e->error);
}

/* A load that dies with the target on is a result, and not a quad that had to be repeated. */
static bool too_many_repeats(const struct experiment *e)
{
    unsigned repeated = e->quads_repeated - (e->died_off ? 0 : e->died_on + e->died_second);

    if (repeated < REPEATS_FIRST_MAX)
        return false;
    return e->quads_valid == 0 || repeated > REPEATED_SHARE * (last_quads(e) + repeated);
}

static bool out_of_time(const struct experiment *e)
{
    return e->deadline_ns && e->ops->now_ns(e->machine) + e->quad_ns + e->after_ns > e->deadline_ns;
}

/*
 * Does a target kill the load, by which it died in so many quads? Surely, by the test of other shortfalls; at
 * once where there has been nothing else yet, which is outside the error guarantee, like an emergency.
 */
static bool kills_load(const struct experiment *e, unsigned died)
{
    return died >= DEATHS_MAX && !e->died_off &&
           (e->quads_valid == 0 || shortfalls_are_targets(died, died + e->quads_valid, 0));
}

/* Runs quads until a look, an emergency or the time ends it: *end gets the reason. */
static int run_quads(struct experiment *e, struct judgement *end)
{
    unsigned look = 0;

    while (!end->stop) {
        int result = experiment_quad(e);

        if (result)
            return result;
        if (kills_load(e, e->died_on))
            *end = (struct judgement){.stop = true, .failed = true, .reason = "workload_died"};
        else if (kills_load(e, e->died_second))
            *end = (struct judgement){.stop = true, .failed = true, .reason = "second_killed_load"};
        else if (too_many_repeats(e))
            *end = (struct judgement){.stop = true, .failed = true, .reason = "repeats"};
        else if (e->quads_valid == EMERGENCY_QUADS && e->plan->emergency_stop &&
                 e->plan->emergency(e->plan->context, e->trial))
            *end = (struct judgement){.stop = true, .failed = true, .reason = "emergency"};
        else if (look < e->looks.count && e->quads_valid == e->looks.quads[look])
            result = e->plan->judge(e->plan->context, e->trial, look++, end);
        if (result)
            return result;
        if (!end->stop && e->quads_valid >= last_quads(e))
            *end = (struct judgement){.stop = true, .reason = "last_look"};
        else if (!end->stop && out_of_time(e))
            *end = (struct judgement){.stop = true, .reason = "time"};
    }
    return 0;
}

/* A load that dies here takes the figures of this phase with it, and not those of the quads. */
int experiment_count_runs(struct experiment *e)
{
    int result = e->ops->statistics(e->machine, e->trial, e->error);

    if (result == -EPIPE)
        result = trial_add_fact(e->trial, trial_statistics_fact(e->arm == 'C'), json_null());
    if (result == 0) /* what a dead target's programs did not do says nothing */
        result = e->ops->target_alive(e->machine, e->error);
    return result;
}

static int statistics_of(struct experiment *e, char arm)
{
    int result;

    e->after_ns = EXPERIMENT_STATISTICS_NS * (arm == 'B' ? e->plan->targets : 1);
    experiment_report(e, "statistics", arm);
    result = e->ops->load_start(e->machine, e->error);
    if (result == 0)
        result = experiment_switch(e, arm);
    if (result == 0)
        result = e->ops->wait(e->machine, e->settle_ns);
    if (result == 0)
        result = experiment_count_runs(e);
    return experiment_quiesce(e, result);
}

static int statistics_phase(struct experiment *e)
{
    int result = statistics_of(e, 'B');

    return result == 0 && e->plan->targets > 1 ? statistics_of(e, 'C') : result;
}

/* `result` of the run: what it failed with is kept, so that an analysis of the trial exits as the run did. */
static int add_end(struct experiment *e, const char *reason, int result)
{
    double seconds = (double)(e->ops->now_ns(e->machine) - e->started_ns) / 1e9;
    json_t *end =
        json_pack("{s:s, s:f, s:i, s:i, s:i, s:i, s:i}", "reason", reason, "seconds", seconds,
                  "quads_started", (int)e->quads_started, "quads_repeated", (int)e->quads_repeated, "died_on",
                  (int)e->died_on, "died_second", (int)e->died_second, "died_off", (int)e->died_off);

    if (result && result != -EINTR && e->error) {
        json_object_set_new(end, "exit_status", json_integer(e->error->status));
        json_object_set_new(end, "error", jsonio_text(e->error->message));
    }
    if (e->last_invalid[0])
        json_object_set_new(end, "last_invalid", json_string(e->last_invalid));
    if (e->last_death[0])
        json_object_set_new(end, "last_death", jsonio_text(e->last_death));
    return trial_add_fact(e->trial, "end", end);
}

static int run_all(struct experiment *e, struct judgement *end)
{
    int result = rehearse(e);

    if (result)
        return result;
    fix_timing(e);
    fix_looks(e);
    if (e->plan->rehearsed)
        result = e->plan->rehearsed(e->plan->context, &e->first, e->window_ns, e->error);
    if (result == 0)
        result = experiment_begin_trial(e);
    if (result == 0)
        result = run_quads(e, end);
    e->quads_done = true;
    if (result == 0 && e->steady_ns && !end->failed)
        result = experiment_long_attachment(e);
    if (result == 0 && e->plan->statistics && strcmp(end->reason, "repeats") != 0 &&
        strcmp(end->reason, "workload_died") != 0)
        result = statistics_phase(e);
    return result;
}

int experiment_run(const struct experiment_plan *plan, const struct machine_ops *ops, void *machine,
                   struct trial *trial, struct error *error)
{
    struct experiment e = {
        .plan = plan, .ops = ops, .machine = machine, .trial = trial, .error = error, .arm = 'A'};
    struct judgement end = {0};
    int result;

    random_seed(&e.random, plan->seed);
    look_plan_make(&e.looks, plan->look_kind, plan->max_quads);
    e.started_ns = ops->now_ns(machine);
    e.deadline_ns = plan->max_time_ns ? e.started_ns + plan->max_time_ns : 0;
    e.max_quads = plan->max_quads;
    e.steady_ns = experiment_steady_ns(plan);
    e.quad_ns = experiment_quad_ns(plan, 0, 0);
    e.after_ns = experiment_after_ns(plan, 0, 0);
    result = plan->look_kind == LOOKS_EXACT ? experiment_exact(&e, &end) : run_all(&e, &end);
    block_free(&e.first);
    if (result && result != -EINTR && error && !error->message[0])
        error_set(error, EXIT_ENVIRONMENT, result, "the run cannot go on: %s", strerror(-result));
    if (result && error && plan->redact)
        plan->redact(plan->redaction, error);
    if (trial->header) {
        int added = add_end(&e, result == -EINTR ? "interrupt" : result ? "error" : end.reason, result);

        if (result == 0 && added)
            result =
                error_set(error, EXIT_ENVIRONMENT, added, "cannot write the trial (%s)", strerror(-added));
    }
    return result;
}
