/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/session.h"
#include "agents/environment.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/compose.h"
#include "orchestrator/scenario/check_canary.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* How often the engine is asked whether it wants to look at the rails, while anything is waited for: it does
 * so twice a second. */
#define LOOK_PERIOD_NS (RAIL_LOOK_NS / 4)

/* --- what the engine asks for --- */

static void note_range(struct canary_session *session, unsigned index, double value)
{
    double *highest =
        session->attached ? &session->ranges[index].highest_on : &session->ranges[index].highest_off;

    if (!isnan(value) && !(value <= *highest))
        *highest = value;
}

static void read_rails(void *context, struct rail_reading *readings)
{
    struct canary_session *session = context;
    struct rail_place place = {session->attached, session->machine.place.target_cgroup};

    rail_set_read(&session->rails, &place, readings);
    for (unsigned i = 0; i < session->rails.count; i++)
        if (!readings[i].idle)
            note_range(session, i, readings[i].value);
}

static void watch(void *context, void (*look)(void *canary), void *canary)
{
    struct canary_session *session = context;

    interrupt_tick(session->machine.interrupt, LOOK_PERIOD_NS, look, canary);
}

static int target_on(void *context, char arm, struct error *error)
{
    struct canary_session *session = context;
    int result = machine_operations.target_on(context, arm, error);

    session->attached = result == 0;
    return result;
}

static int target_off(void *context, struct error *error)
{
    struct canary_session *session = context;

    session->attached = false;
    return machine_operations.target_off(context, error);
}

static void begin_step(void *context, unsigned step, double duty)
{
    struct canary_session *session = context;

    progress_close(&session->display);
    if (session->machine.notes)
        fprintf(session->machine.notes, "step %u of %u: on for at most %g %% of the time\n", step + 1,
                session->scenario->ramp.count, 100 * duty);
}

static void resting(void *context, uint64_t ns)
{
    struct canary_session *session = context;

    if (session->display.stream && ns > NS_PER_SECOND) {
        fprintf(session->display.stream, "\r\033[Koff for %.0f s, to keep to its share of the time",
                (double)ns / 1e9);
        fflush(session->display.stream);
        session->display.shown = true;
    }
}

static enum verdict verdict_of(const json_t *document)
{
    switch ((int)document_number(document, "verdict.exit_status")) {
    case EXIT_MEASURED:
        return strcmp(document_text(document, "verdict.status"), "pass") == 0 ? VERDICT_PASS
                                                                              : VERDICT_MEASURED;
    case EXIT_BUDGET:
        return VERDICT_FAIL;
    default: /* one that can't be trusted tells nothing, as one that needs more time */
        return VERDICT_INCONCLUSIVE;
    }
}

static int judge(void *context, const struct canary_step *step, enum verdict *verdict, struct error *error)
{
    struct canary_session *session = context;
    CLEANUP(jsonio_drop) json_t *document = NULL;
    int result =
        trial_put_fact(step->trial, "target", machine_describe_target(&session->machine.targets[0]), error);

    if (result)
        return result;
    result = compose_document(step->trial, &document, error);
    if (result)
        return result;
    *verdict = verdict_of(document);
    return json_array_append_new(session->steps,
                                 json_pack("{s:f, s:f, s:f, s:O}", "duty", step->duty, "on_seconds",
                                           (double)step->on_ns / 1e9, "elapsed_seconds",
                                           (double)step->elapsed_ns / 1e9, "document", document)) == 0
               ? 0
               : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

/* --- set-up --- */

static int open_rails(struct canary_session *session, struct interrupt *interrupt, struct error *error)
{
    const struct scenario_file *file = &session->scenario->file;
    int result = 0;

    for (unsigned i = 0; result == 0 && i < file->scenario->canary->rails_count; i++) {
        const struct rail_kind *kind;
        struct rail_given given;
        double highest;

        result = scenario_rail(file, i, &kind, &given, &highest, error);
        if (result == 0)
            result = rail_set_add(&session->rails, kind, &given, highest, interrupt, error);
        session->ranges[i] = (struct rail_range){NAN, NAN};
    }
    session->rail_count = session->rails.count;
    return result;
}

/* An agent that is to be on at the end is switched off before all else, and on after all else. */
static int log_if_left_on(const struct canary_session *session, struct audit *audit, const char *event,
                          const char *reason, struct error *error)
{
    const char *leave = session->scenario->run.leave;
    struct audit_line line = {.event = event, .reason = reason, .duty = NAN, .wall_ns = clock_wall_ns()};

    return leave && strcmp(leave, "on") == 0 ? audit_write(audit, &line, AUDIT_OFF_LIMIT_NS, NULL, error) : 0;
}

static int open_machine(struct canary_session *session, struct audit *audit,
                        const struct canary_options *options, const char *switch_log, int argc, char **argv,
                        struct interrupt *interrupt, struct error *error)
{
    struct plan *plan = &session->scenario->plan;
    struct machine *machine = &session->machine;
    int result;

    *machine = (struct machine)MACHINE_INITIALIZER;
    machine->workload = &plan->workload;
    machine->backgrounds = plan->backgrounds;
    machine->background_count = session->scenario->run.background_count;
    machine->topology = &plan->topology;
    machine->current = &machine->targets[0];
    machine->targets[0].target = &plan->target;
    machine->interrupt = interrupt;
    machine->display = &session->display;
    machine->notes = options->quiet ? NULL : stderr;
    machine->statistics_turns = statistics_turns(false, 0);
    machine->target_netns = session->scenario->run.target_netns;
    machine->switch_log = switch_log;
    result = log_if_left_on(session, audit, "off", "to be measured off first", error);
    if (result == 0)
        result = machine_open(machine, error);
    if (result)
        return result;
    machine->description = plan_describe(plan, argc, argv, environment_describe());
    json_object_set_new(json_object_get(machine->description, "environment"), "idle_source",
                        json_string(samplers_idle_source(machine->samplers)));
    return 0;
}

static int run(struct canary_session *session, struct audit *audit, struct interrupt *interrupt,
               struct canary_result *result, struct error *error)
{
    struct canary_plan plan = {.ramp = session->scenario->ramp,
                               .rails = session->rails.rails,
                               .rail_count = session->rails.count,
                               .experiment = session->scenario->plan.experiment};
    struct canary_ops ops = {.machine = machine_operations,
                             .read_rails = read_rails,
                             .begin_step = begin_step,
                             .resting = resting,
                             .watch = watch,
                             .judge = judge};

    ops.machine.target_on = target_on;
    ops.machine.target_off = target_off;
    return canary_run(&plan, &ops, session, audit, interrupt, result, error);
}

/*
 * The line comes before the switch, as each does, and whatever becomes of it; where it was not switched after
 * all, or in vain, another one says so: the last one tells how the agent is.
 */
static int leave(struct canary_session *session, struct audit *audit, int code, struct error *error)
{
    bool prepared = session->scenario->plan.target.state;
    struct error second = {0};
    int failed;

    if (!session->machine.run_cgroup) /* nothing was switched */
        return code;
    if (prepared)
        log_if_left_on(session, audit, "on", "to be left on", NULL);
    failed = machine_leave(&session->machine, 0, &second);
    if (!prepared)
        log_if_left_on(session, audit, "failed", "it was not switched off", NULL);
    else if (failed)
        log_if_left_on(session, audit, "failed", "it could not be switched on", NULL);
    return error_join(error, code, &second, failed);
}

int canary_session_run(struct canary_session *session, struct canary_scenario *scenario, struct audit *audit,
                       const struct canary_options *options, int argc, char **argv,
                       struct interrupt *interrupt, struct canary_result *result, struct error *error)
{
    OWNED_PTR char *switch_log = audit_shell(audit);
    int code;

    session->scenario = scenario;
    session->steps = json_array();
    if (!switch_log || !session->steps)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    progress_open(&session->display, stderr, options->quiet);
    code = open_rails(session, interrupt, error);
    if (code == 0)
        code = open_machine(session, audit, options, switch_log, argc, argv, interrupt, error);
    if (code == 0)
        code = run(session, audit, interrupt, result, error);
    progress_close(&session->display);
    code = leave(session, audit, code, error);
    machine_close(&session->machine);
    rail_set_close(&session->rails);
    return code;
}

void canary_session_free(struct canary_session *session)
{
    json_decref(session->steps);
    session->steps = NULL;
}
