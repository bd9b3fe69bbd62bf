/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/canary.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>

struct canary {
    const struct canary_plan *plan;
    const struct canary_ops *ops;
    void *context;
    struct audit *audit;
    struct interrupt *interrupt;

    struct rails_state rails;
    struct rail_crossing crossing;
    bool crossed_on; /* the target was on, or being switched, in the time that the reading tells of */
    uint64_t looked_ns;

    double duty; /* of this step */
    bool on;
    uint64_t began_ns, on_since_ns, on_ns;
    uint64_t off_since_ns; /* of all steps */
};

static uint64_t now(struct canary *canary)
{
    return canary->ops->machine.now_ns(canary->context);
}

/* The first crossing counts, and ends whatever is going on. */
static void look(void *context)
{
    struct canary *canary = context;
    struct rail_reading readings[RAILS_MAX];
    uint64_t now_ns = now(canary);

    if (canary->crossing.rail || now_ns - canary->looked_ns < RAIL_LOOK_NS / 2)
        return;
    canary->looked_ns = now_ns;
    canary->ops->read_rails(canary->context, readings);
    canary->crossing =
        rails_look(canary->plan->rails, canary->plan->rail_count, readings, now_ns, &canary->rails);
    if (!canary->crossing.rail)
        return;
    canary->crossed_on = canary->on || canary->crossing.reading.since_ns < canary->off_since_ns;
    if (canary->interrupt->signal == 0)
        canary->interrupt->signal = SIGTERM;
}

/* With `first`, what is logged comes first, and neither a slow disk nor a rail keeps it waiting. */
static int write_line(struct canary *canary, const char *event, const char *reason, bool first,
                      struct error *error)
{
    struct audit_line line = {
        .event = event, .reason = reason, .duty = canary->duty, .wall_ns = clock_wall_ns()};

    return audit_write(canary->audit, &line, first ? AUDIT_OFF_LIMIT_NS : UINT64_MAX,
                       first ? NULL : canary->interrupt, error);
}

/* --- the machine, watched --- */

static uint64_t watched_now(void *context)
{
    return now(context);
}

static int watched_wait(void *context, uint64_t ns)
{
    struct canary *canary = context;
    uint64_t until_ns = now(canary) + ns;
    int result = 0;

    do {
        uint64_t now_ns = now(canary), rest_ns = until_ns > now_ns ? until_ns - now_ns : 0;

        result = canary->ops->machine.wait(canary->context,
                                           rest_ns < RAIL_LOOK_NS / 2 ? rest_ns : RAIL_LOOK_NS / 2);
        look(canary);
    } while (result == 0 && !canary->crossing.rail && now(canary) < until_ns);
    return canary->crossing.rail ? -EINTR : result;
}

/* Off for as long as the step's share of the time asks for. */
static int rest(struct canary *canary)
{
    uint64_t wait_ns = ramp_wait_ns(canary->duty, canary->on_ns, now(canary) - canary->began_ns);

    if (canary->ops->resting && wait_ns > 0)
        canary->ops->resting(canary->context, wait_ns);
    return watched_wait(canary, wait_ns);
}

/* Before each quad. */
static int watched_load_start(void *context, struct error *error)
{
    struct canary *canary = context;
    int result = rest(canary);

    return result ? result : canary->ops->machine.load_start(canary->context, error);
}

static void watched_load_stop(void *context)
{
    struct canary *canary = context;

    canary->ops->machine.load_stop(canary->context);
}

static void note_off(struct canary *canary)
{
    canary->on = false;
    canary->off_since_ns = now(canary);
    canary->on_ns += canary->off_since_ns - canary->on_since_ns;
}

static int watched_on(void *context, char arm, struct error *error)
{
    struct canary *canary = context;
    int result;

    if (canary->crossing.rail)
        return -EINTR;
    result = write_line(canary, "on", "block", false, error);
    if (result)
        return result;
    canary->on = true;
    canary->on_since_ns = now(canary);
    result = canary->ops->machine.target_on(canary->context, arm, error);
    if (result)
        note_off(canary); /* it has seen to that itself */
    return result;
}

/* Whatever becomes of the line: off comes first. */
static int watched_off(void *context, struct error *error)
{
    struct canary *canary = context;
    struct error unwritten = {0};
    char text[160];
    const char *reason =
        canary->crossing.rail ? rail_describe(&canary->crossing, text, sizeof(text)) : "block";
    int logged = write_line(canary, "off", reason, true, &unwritten);
    int result = canary->ops->machine.target_off(canary->context, error);

    note_off(canary);
    if (result == 0 && logged)
        return error_set(error, unwritten.status, logged, "%s", unwritten.message);
    return result;
}

static int watched_alive(void *context, struct error *error)
{
    struct canary *canary = context;

    return canary->ops->machine.target_alive(canary->context, error);
}

static int watched_window(void *context, uint64_t window_ns, struct block *block,
                          struct window_result *result, struct error *error)
{
    struct canary *canary = context;
    int code = canary->ops->machine.window(canary->context, window_ns, block, result, error);

    look(canary);
    return canary->crossing.rail ? -EINTR : code;
}

static int watched_statistics(void *context, struct trial *trial, struct error *error)
{
    struct canary *canary = context;
    int code = canary->ops->machine.statistics(canary->context, trial, error);

    look(canary);
    return canary->crossing.rail ? -EINTR : code;
}

static uint64_t watched_attach_ns(void *context)
{
    struct canary *canary = context;

    return canary->ops->machine.attach_ns(canary->context);
}

static uint64_t watched_detach_ns(void *context)
{
    struct canary *canary = context;

    return canary->ops->machine.detach_ns(canary->context);
}

static json_t *watched_describe(void *context)
{
    struct canary *canary = context;

    return canary->ops->machine.describe(canary->context);
}

static void watched_progress(void *context, const struct progress *progress)
{
    struct canary *canary = context;

    if (canary->ops->machine.progress)
        canary->ops->machine.progress(canary->context, progress);
}

static const struct machine_ops watched = {
    .now_ns = watched_now,
    .wait = watched_wait,
    .load_start = watched_load_start,
    .load_stop = watched_load_stop,
    .target_on = watched_on,
    .target_off = watched_off,
    .target_alive = watched_alive,
    .window = watched_window,
    .statistics = watched_statistics,
    .attach_ns = watched_attach_ns,
    .detach_ns = watched_detach_ns,
    .describe = watched_describe,
    .progress = watched_progress,
};

/* --- the ramp --- */

static int begin_step(struct canary *canary, unsigned step, struct error *error)
{
    char text[48];

    canary->duty = canary->plan->ramp.duty[step];
    canary->on = false;
    canary->on_ns = 0;
    canary->began_ns = now(canary);
    if (canary->ops->begin_step)
        canary->ops->begin_step(canary->context, step, canary->duty);
    snprintf(text, sizeof(text), "step %u of %u", step + 1, canary->plan->ramp.count);
    return write_line(canary, "step", text, false, error);
}

/* 1: the next step may begin. */
static int end_step(struct canary *canary, const struct canary_step *step, struct canary_result *result,
                    struct error *error)
{
    int code = canary->ops->judge(canary->context, step, &result->verdict, error);

    if (code)
        return code;
    if (result->verdict == VERDICT_FAIL)
        result->outcome = CANARY_BUDGET;
    else if (result->verdict == VERDICT_PASS || result->verdict == VERDICT_MEASURED)
        return 1;
    else
        result->outcome = CANARY_UNDECIDED;
    return 0;
}

static int run_step(struct canary *canary, unsigned index, struct canary_result *result, struct error *error)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct experiment_plan plan = canary->plan->experiment;
    struct canary_step step;
    char text[160];
    int code = begin_step(canary, index, error);

    if (code)
        return code;
    result->steps = index + 1;
    plan.seed += index;
    plan.on_share = canary->duty;
    code = experiment_run(&plan, &watched, canary, &trial, error);
    if (code == 0) /* what came after its last quad has its share as well */
        code = rest(canary);
    result->on_ns = canary->on_ns;
    result->elapsed_ns = now(canary) - canary->began_ns;
    step = (struct canary_step){index, canary->duty, result->on_ns, result->elapsed_ns, &trial};
    if (!canary->crossing.rail)
        return code ? code : end_step(canary, &step, result, error);
    result->crossing = canary->crossing;
    result->outcome = canary->crossed_on ? CANARY_RAIL : CANARY_RAIL_IN_OFF;
    if (code == -EINTR || code == 0)
        return 0;
    /* An off that failed is not made good by the rail. */
    return error_prefix(error, code, "%s", rail_describe(&canary->crossing, text, sizeof(text)));
}

static const char *describe_end(const struct canary_result *result, int code, char *text, size_t size)
{
    static const char *const outcomes[] = {[CANARY_PASSED] = "every step passed",
                                           [CANARY_BUDGET] = "a budget is broken",
                                           [CANARY_UNDECIDED] = "a step could not tell"};

    if (code == -EINTR)
        return "a signal";
    if (code)
        return "an error";
    return result->crossing.rail ? rail_describe(&result->crossing, text, size) : outcomes[result->outcome];
}

int canary_run(const struct canary_plan *plan, const struct canary_ops *ops, void *context,
               struct audit *audit, struct interrupt *interrupt, struct canary_result *result,
               struct error *error)
{
    struct canary canary = {
        .plan = plan, .ops = ops, .context = context, .audit = audit, .interrupt = interrupt, .duty = NAN};
    struct error unwritten = {0};
    char text[160];
    int code = ramp_check(&plan->ramp, error), logged;

    *result = (struct canary_result){.verdict = VERDICT_OPEN};
    if (code == 0)
        code = write_line(&canary, "start", NULL, false, error);
    if (code)
        return code;
    ops->watch(context, look, &canary);
    code = 1;
    for (unsigned step = 0; code == 1 && step < plan->ramp.count; step++)
        code = run_step(&canary, step, result, error);
    ops->watch(context, NULL, NULL);
    code = code == 1 ? 0 : code;
    if (canary.crossing.rail && interrupt->signal == SIGTERM)
        interrupt->signal = 0; /* ours; a real one that came after it is still to be read */
    logged = write_line(&canary, "end", describe_end(result, code, text, sizeof(text)), true, &unwritten);
    if (code == 0 && logged)
        return error_set(error, unwritten.status, logged, "%s", unwritten.message);
    return code;
}

enum exit_status canary_exit_status(enum canary_outcome outcome)
{
    static const enum exit_status statuses[] = {[CANARY_PASSED] = EXIT_MEASURED,
                                                [CANARY_BUDGET] = EXIT_BUDGET,
                                                [CANARY_RAIL] = EXIT_BUDGET,
                                                [CANARY_RAIL_IN_OFF] = EXIT_INCONCLUSIVE,
                                                [CANARY_UNDECIDED] = EXIT_INCONCLUSIVE};

    return statuses[outcome];
}
