/* SPDX-License-Identifier: GPL-2.0 */
/* The canary on a mock clock: what each rail, verdict and failure leads to, and what the log says. */
#include "tests/unit/mock_machine.h"

#include "base/files.h"
#include "base/cleanup.h"
#include "orchestrator/canary/canary.h"
#include "orchestrator/canary/session.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static const struct rail rails[] = {{"cpu.system", "cores", 1.5}, {"lost_events", "1/s", 0}};

/* At the smallest share of run(), with windows of half a second. */
#define QUAD_NS (40 * NS_PER_SECOND)

struct scene {
    struct mock mock; /* first: the mock's own functions take it */
    void (*look)(void *canary);
    void *canary;
    struct interrupt interrupt;
    char path[64];
    struct audit audit;
    enum verdict verdicts[RAMP_STEPS_MAX];
    unsigned judged;
    char crossed_in;             /* arm in which the CPU goes up; 0: none */
    unsigned after_windows;      /* from this window on */
    uint64_t crossed_ns, off_ns; /* when it went up, when off was asked for */
    uint64_t reading_ns;         /* the time before now that the first rail's reading tells of */
    int off_result;              /* of the off that comes after it */
    uint64_t limit_ns;           /* of a step, with a statistics phase; 0: none of both */
    bool blind;                  /* the second rail can't be read */
    unsigned blind_from;         /* from this window on, once the target is on, and for good; 0: never */
};

static unsigned lines(const struct scene *scene, const char *wanted)
{
    char *text = file_read(scene->path, 1 << 20), *at = text;
    unsigned count = 0;

    assert_non_null(text);
    while ((at = strstr(at, wanted)) != NULL) {
        count++;
        at++;
    }
    free(text);
    return count;
}

/* Before each switch, the log has its line. */
static int scene_on(void *context, char arm, struct error *error)
{
    struct scene *scene = context;

    assert_int_equal(lines(scene, "\"event\":\"on\""), scene->mock.attachments + 1);
    return mock_on(context, arm, error);
}

static int scene_off(void *context, struct error *error)
{
    struct scene *scene = context;

    assert_int_equal(lines(scene, "\"event\":\"off\""), scene->mock.attachments);
    scene->off_ns = scene->mock.now_ns;
    if (scene->crossed_ns && scene->off_result)
        scene->mock.off_result = scene->off_result;
    return mock_off(context, error);
}

static void scene_read_rails(void *context, struct rail_reading *readings)
{
    struct scene *scene = context;
    bool up = scene->crossed_in && scene->mock.windows >= scene->after_windows &&
              (scene->mock.arm ? scene->mock.arm : 'A') == scene->crossed_in;

    if (scene->blind_from && scene->mock.windows >= scene->blind_from && scene->mock.arm == 'B')
        scene->blind = true;
    readings[0] =
        (struct rail_reading){.value = up ? 1.9 : 1.0, .since_ns = scene->mock.now_ns - scene->reading_ns};
    readings[1] = (struct rail_reading){.value = scene->blind ? NAN : 0, .since_ns = scene->mock.now_ns};
}

static void scene_watch(void *context, void (*look)(void *canary), void *canary)
{
    struct scene *scene = context;

    scene->look = look;
    scene->canary = canary;
}

/* Rides through its window as a load of ours does, looking up eight times a second. */
static int scene_window(void *context, uint64_t window_ns, struct block *block, struct window_result *result,
                        struct error *error)
{
    struct scene *scene = context;

    scene->mock.windows++;
    for (uint64_t ns = 0; ns < window_ns; ns += 125 * NS_PER_MS) {
        if (block->arm == scene->crossed_in && scene->mock.windows >= scene->after_windows &&
            !scene->crossed_ns)
            scene->crossed_ns = scene->mock.now_ns;
        scene->mock.now_ns += 125 * NS_PER_MS;
        scene->look(scene->canary);
        if (scene->interrupt.signal)
            return -EINTR;
    }
    (void)result;
    (void)error;
    block->window_ns = window_ns;
    return values_set(&block->values, "ops", 1000);
}

static int scene_judge(void *context, const struct canary_step *step, enum verdict *verdict,
                       struct error *error)
{
    struct scene *scene = context;

    (void)error;
    assert_true(step->trial->count > 0);
    assert_true(step->on_ns > 0 && step->on_ns < step->elapsed_ns);
    assert_int_equal(step->index, scene->judged);
    if (scene->limit_ns)
        assert_true(step->elapsed_ns <= scene->limit_ns + QUAD_NS);
    scene->judged++;
    *verdict = scene->verdicts[step->index];
    return 0;
}

/* As long as it is estimated. */
static int scene_statistics(void *context, struct trial *trial, struct error *error)
{
    struct scene *scene = context;

    scene->mock.now_ns += 3 * NS_PER_SECOND;
    return mock_statistics(context, trial, error);
}

/* Of the experiment's own looks: a ramp has many, and none of them is to stop here. */
static int go_on(void *context, const struct trial *trial, unsigned look, struct judgement *judgement)
{
    (void)context;
    (void)trial;
    (void)look;
    (void)judgement;
    return 0;
}

static void set_up(struct scene *scene)
{
    int fd;

    *scene = (struct scene){.mock = mock_new(), .path = "/tmp/canary-XXXXXX", .audit = AUDIT_NONE};
    scene->interrupt.signal_fd = -1;
    fd = mkstemp(scene->path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(audit_open(&scene->audit, scene->path, "agent", NULL), 0);
    for (unsigned i = 0; i < RAMP_STEPS_MAX; i++)
        scene->verdicts[i] = VERDICT_PASS;
}

static void tear_down(struct scene *scene)
{
    assert_quiet(&scene->mock);
    assert_null(scene->look);
    audit_close(&scene->audit);
    unlink(scene->path);
}

static int run(struct scene *scene, struct canary_result *result, struct error *error)
{
    struct canary_plan plan = {
        .ramp = {{0.05, 0.25, 0.5}, 3}, .rails = rails, .rail_count = 2, .experiment = plan_of(&scene->mock)};
    struct canary_ops ops = {
        .machine = mock_ops, .read_rails = scene_read_rails, .watch = scene_watch, .judge = scene_judge};

    ops.machine.target_on = scene_on;
    ops.machine.target_off = scene_off;
    ops.machine.window = scene_window;
    plan.experiment.window_ns = 2 * NS_PER_SECOND;
    plan.experiment.max_quads = 10;
    plan.experiment.steady_ns = 0;
    plan.experiment.statistics = plan.experiment.emergency_stop = false;
    plan.experiment.judge = go_on;
    if (scene->limit_ns) {
        plan.experiment.max_time_ns = scene->limit_ns;
        plan.experiment.window_ns = 500 * NS_PER_MS;
        plan.experiment.max_quads = 1000;
        plan.experiment.statistics = true;
        ops.machine.statistics = scene_statistics;
    }
    return canary_run(&plan, &ops, scene, &scene->audit, &scene->interrupt, result, error);
}

static void every_step_is_climbed(void **state)
{
    struct canary_result result;
    struct scene scene;

    (void)state;
    set_up(&scene);
    assert_int_equal(run(&scene, &result, NULL), 0);
    assert_int_equal(result.outcome, CANARY_PASSED);
    assert_int_equal(canary_exit_status(result.outcome), EXIT_MEASURED);
    assert_int_equal(result.steps, 3);
    assert_int_equal(scene.judged, 3);
    assert_int_equal(lines(&scene, "\"event\":\"step\""), 3);
    assert_int_equal(lines(&scene, "\"event\":\"on\""), lines(&scene, "\"event\":\"off\""));
    assert_int_equal(lines(&scene, "\"event\":\"end\",\"reason\":\"every step passed\""), 1);
    assert_int_equal(lines(&scene, "\n"), lines(&scene, "\"event\":"));
    tear_down(&scene);
}

static void a_rail_while_on_has_it_off_within_a_second(void **state)
{
    struct canary_result result;
    struct scene scene;

    (void)state;
    set_up(&scene);
    scene.crossed_in = 'B';
    scene.after_windows = 9;
    assert_int_equal(run(&scene, &result, NULL), 0);
    assert_int_equal(result.outcome, CANARY_RAIL);
    assert_int_equal(canary_exit_status(result.outcome), EXIT_BUDGET);
    assert_string_equal(result.crossing.rail->name, "cpu.system");
    assert_true(scene.off_ns >= scene.crossed_ns && scene.off_ns - scene.crossed_ns <= NS_PER_SECOND);
    assert_int_equal(lines(&scene, "\"event\":\"off\",\"reason\":\"rail cpu.system: 1.9 cores > 1.5 cores\""),
                     1);
    assert_int_equal(scene.judged, 0);
    assert_int_equal(scene.interrupt.signal, 0);
    tear_down(&scene);
}

static void a_rail_while_off_is_not_its_doing(void **state)
{
    struct canary_result result;
    struct scene scene;
    unsigned attachments;

    (void)state;
    set_up(&scene);
    scene.crossed_in = 'A';
    scene.after_windows = 6;
    assert_int_equal(run(&scene, &result, NULL), 0);
    assert_int_equal(result.outcome, CANARY_RAIL_IN_OFF);
    assert_int_equal(canary_exit_status(result.outcome), EXIT_INCONCLUSIVE);
    attachments = scene.mock.attachments;
    assert_int_equal(lines(&scene, "\"event\":\"off\""), attachments);
    tear_down(&scene);
}

/* A reading of the last five seconds tells of a time in which it was on as well. */
static void a_slow_rail_while_off_may_be_its_doing(void **state)
{
    struct canary_result result;
    struct scene scene;

    (void)state;
    set_up(&scene);
    scene.crossed_in = 'A';
    scene.after_windows = 6;
    scene.reading_ns = 5 * NS_PER_SECOND;
    assert_int_equal(run(&scene, &result, NULL), 0);
    assert_int_equal(result.outcome, CANARY_RAIL);
    tear_down(&scene);
}

/* Blind when it is on for the first time, which is short: what it did then nobody saw. */
static void a_rail_that_cannot_be_read_is_crossed(void **state)
{
    struct canary_result result;
    struct scene scene;

    (void)state;
    set_up(&scene);
    scene.blind = true;
    assert_int_equal(run(&scene, &result, NULL), 0);
    assert_string_equal(result.crossing.rail->name, "lost_events");
    assert_true(isnan(result.crossing.reading.value));
    assert_int_equal(result.outcome, CANARY_RAIL);
    assert_int_equal(lines(&scene, "\"event\":\"end\",\"reason\":\"rail lost_events: no reading any more\""),
                     1);
    tear_down(&scene);
}

/* It goes blind in a window of two seconds with the target on, which may be off when it has been so for
 * three.
 */
static void a_rail_that_went_blind_while_on_is_its_doing(void **state)
{
    unsigned crossed_in_off = 0;

    (void)state;
    for (unsigned window = 2; window < 20; window++) {
        struct canary_result result;
        struct scene scene;

        set_up(&scene);
        scene.blind_from = window;
        assert_int_equal(run(&scene, &result, NULL), 0);
        assert_string_equal(result.crossing.rail->name, "lost_events");
        assert_int_equal(result.outcome, CANARY_RAIL);
        crossed_in_off += lines(&scene, "\"event\":\"off\",\"reason\":\"rail") == 0;
        tear_down(&scene);
    }
    assert_true(crossed_in_off > 0);
}

static void a_broken_budget_ends_the_ramp(void **state)
{
    struct canary_result result;
    struct scene scene;

    (void)state;
    set_up(&scene);
    scene.verdicts[1] = VERDICT_FAIL;
    assert_int_equal(run(&scene, &result, NULL), 0);
    assert_int_equal(result.outcome, CANARY_BUDGET);
    assert_int_equal(result.steps, 2);
    tear_down(&scene);
}

static void a_step_that_cannot_tell_is_not_climbed(void **state)
{
    struct canary_result result;
    struct scene scene;

    (void)state;
    set_up(&scene);
    scene.verdicts[0] = VERDICT_INCONCLUSIVE;
    assert_int_equal(run(&scene, &result, NULL), 0);
    assert_int_equal(result.outcome, CANARY_UNDECIDED);
    assert_int_equal(canary_exit_status(result.outcome), EXIT_INCONCLUSIVE);
    assert_int_equal(result.steps, 1);
    tear_down(&scene);
}

static void a_signal_switches_it_off(void **state)
{
    for (unsigned call = 1; call < 60; call++) {
        struct canary_result result;
        struct scene scene;

        (void)state;
        set_up(&scene);
        scene.mock.interrupt_at_call = call;
        assert_int_equal(run(&scene, &result, NULL), -EINTR);
        assert_int_equal(lines(&scene, "\"event\":\"end\",\"reason\":\"a signal\""), 1);
        tear_down(&scene);
    }
}

static void an_off_that_fails_is_an_error(void **state)
{
    struct canary_result result;
    struct scene scene;
    struct error error;

    (void)state;
    set_up(&scene);
    scene.mock.off_result = -EBUSY;
    assert_int_equal(run(&scene, &result, &error), -EBUSY);
    assert_int_equal(error.status, EXIT_TARGET);
    assert_int_equal(lines(&scene, "\"event\":\"end\",\"reason\":\"an error\""), 1);
    tear_down(&scene);
}

/* What ends the canary would be told as a clean end, with the target off. */
static void an_off_that_fails_after_a_rail_is_an_error(void **state)
{
    struct canary_result result;
    struct scene scene;
    struct error error = {0};

    (void)state;
    set_up(&scene);
    scene.crossed_in = 'B';
    scene.after_windows = 9;
    scene.off_result = -EBUSY;
    assert_int_equal(run(&scene, &result, &error), -EBUSY);
    assert_int_equal(error.status, EXIT_TARGET);
    assert_string_equal(error.message, "rail cpu.system: 1.9 cores > 1.5 cores: left programs behind");
    assert_int_equal(lines(&scene, "\"event\":\"end\",\"reason\":\"an error\""), 1);
    tear_down(&scene);
}

static void an_off_that_fails_after_a_signal_is_an_error(void **state)
{
    struct canary_result result;
    struct scene scene;
    struct error error = {0};

    (void)state;
    set_up(&scene);
    scene.mock.interrupt_in_arm = 'B';
    scene.mock.off_result = -EBUSY;
    assert_int_equal(run(&scene, &result, &error), -EBUSY);
    assert_int_equal(error.status, EXIT_TARGET);
    assert_string_equal(error.message, "left programs behind");
    tear_down(&scene);
}

/* A log that can't be written: not so much as one switch. */
static void nothing_is_switched_without_the_log(void **state)
{
    struct canary_result result;
    struct scene scene;
    struct error error;

    (void)state;
    set_up(&scene);
    audit_close(&scene.audit);
    assert_int_equal(audit_open(&scene.audit, "/dev/full", "agent", NULL), 0);
    assert_int_equal(run(&scene, &result, &error), -ENOSPC);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_int_equal(scene.mock.attachments, 0);
    tear_down(&scene);
}

static void the_log_is_only_appended_to(void **state)
{
    struct audit_line line = {.event = "start", .reason = "a \"quote\"\nand a line", .duty = NAN};
    struct scene scene;

    (void)state;
    set_up(&scene);
    assert_int_equal(audit_write(&scene.audit, &line, UINT64_MAX, NULL, NULL), 0);
    audit_close(&scene.audit);
    assert_int_equal(audit_open(&scene.audit, scene.path, "agent", NULL), 0);
    assert_int_equal(audit_write(&scene.audit, &line, UINT64_MAX, NULL, NULL), 0);
    assert_int_equal(lines(&scene, "\n"), 2);
    assert_int_equal(lines(&scene, "\"duty\":null"), 2);
    tear_down(&scene);
}

static void shares_of_the_time(void **state)
{
    static const struct ramp wrong[] = {
        {{0}, 0}, {{0.5, 0.25}, 2}, {{0.25, 0.25}, 2},  {{0.75}, 1},
        {{0}, 1}, {{-0.1}, 1},      {{(double)NAN}, 1}, {{0.1}, RAMP_STEPS_MAX + 1}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_int_equal(ramp_check(&wrong[i], NULL), -EINVAL);
    assert_int_equal(ramp_check(&(struct ramp){{0.05, 0.5}, 2}, NULL), 0);
    assert_int_equal(ramp_wait_ns(0.05, 0, 0), 0);
    assert_int_equal(ramp_wait_ns(0.05, 10 * NS_PER_SECOND, 20 * NS_PER_SECOND), 180 * NS_PER_SECOND);
    assert_int_equal(ramp_wait_ns(0.5, 10 * NS_PER_SECOND, 25 * NS_PER_SECOND), 0);
}

/* The last quad's time on is over what the share allows until the next one's wait; nine of ten are within it.
 */
static void a_step_keeps_its_share(void **state)
{
    struct canary_result result;
    struct scene scene;

    (void)state;
    set_up(&scene);
    scene.verdicts[0] = VERDICT_INCONCLUSIVE;
    assert_int_equal(run(&scene, &result, NULL), 0);
    assert_true((double)result.on_ns * 0.85 <= 0.05 * (double)result.elapsed_ns);
    assert_true((double)result.on_ns >= 0.04 * (double)result.elapsed_ns);
    tear_down(&scene);
}

/* Mend it and try again, says the status of a file that can't be written; not after a rail. */
static void an_outcome_outlives_a_document_that_cannot_be_written(void **state)
{
    static const struct {
        enum canary_outcome outcome;
        enum exit_status status;
    } cases[] = {{CANARY_PASSED, EXIT_ENVIRONMENT},
                 {CANARY_BUDGET, EXIT_BUDGET},
                 {CANARY_RAIL, EXIT_BUDGET},
                 {CANARY_RAIL_IN_OFF, EXIT_ENVIRONMENT},
                 {CANARY_UNDECIDED, EXIT_ENVIRONMENT}};
    const struct canary_options unwritable = {.output = "/proc/no/such/file.json", .quiet = true},
                                quiet = {.quiet = true};
    json_t *document = json_pack("{s:s}", "schema", CANARY_SCHEMA);

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct error error = {0};

        assert_true(canary_publish(&unwritable, document, cases[i].outcome, &error) < 0);
        assert_int_equal(error.status, cases[i].status);
        assert_non_null(strstr(error.message, unwritable.output));
        assert_int_equal(canary_publish(&quiet, document, cases[i].outcome, NULL),
                         canary_exit_status(cases[i].outcome));
    }
    json_decref(document);
}

/* What the statistics phase has it on for is rested for as well, before the limit. */
static void a_step_keeps_its_limit(void **state)
{
    struct canary_result result;
    struct scene scene;

    (void)state;
    for (uint64_t seconds = 300; seconds < 400; seconds += 10) {
        set_up(&scene);
        scene.limit_ns = seconds * NS_PER_SECOND;
        assert_int_equal(run(&scene, &result, NULL), 0);
        assert_int_equal(result.outcome, CANARY_PASSED);
        assert_int_equal(scene.mock.statistics, 3);
        tear_down(&scene);
    }
}

/* A new scenario file of a canary, with these lines; 0, or as canary_scenario_load() has it. */
static int load_scenario(const char *lines_of_it, struct error *error)
{
    struct canary_scenario scenario = {0};
    char path[] = "/tmp/tracetoll-test-canary-XXXXXX", text[512];
    int fd = mkstemp(path), result;

    assert_true(fd >= 0 && close(fd) == 0);
    snprintf(text, sizeof(text),
             "targets: [{on: 'true', off: 'true'}]\nworkloads: [{load: observe}]\n"
             "canary: {rails: [{rail: cpu.system, max: 1}]}\n%s",
             lines_of_it);
    assert_int_equal(file_replace(path, text, strlen(text)), 0);
    result = canary_scenario_load(&scenario, path, error);
    canary_scenario_free(&scenario);
    unlink(path);
    return result;
}

/* What it would read and then ignore. */
static void what_belongs_to_a_gate_is_refused(void **state)
{
    static const char *const wrong[] = {"against: base.json\nregression: {cpu.per_op: 3%}\n",
                                        "inconclusive: pass\n", "inconclusive: fail\n"};
    struct error error = {0};

    (void)state;
    if (load_scenario("inconclusive: report\nbudgets: {cpu.per_op: {max_worsening: 3%}}\n", &error))
        fail_msg("%s", error.message);
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_int_equal(load_scenario(wrong[i], &error), -EINVAL);
        assert_int_equal(error.status, EXIT_USAGE);
        assert_non_null(strstr(error.message, ":4: "));
        assert_non_null(strstr(error.message, "a canary holds budgets only"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_is_climbed),
        cmocka_unit_test(a_rail_while_on_has_it_off_within_a_second),
        cmocka_unit_test(a_rail_while_off_is_not_its_doing),
        cmocka_unit_test(a_slow_rail_while_off_may_be_its_doing),
        cmocka_unit_test(a_rail_that_cannot_be_read_is_crossed),
        cmocka_unit_test(a_rail_that_went_blind_while_on_is_its_doing),
        cmocka_unit_test(a_broken_budget_ends_the_ramp),
        cmocka_unit_test(a_step_that_cannot_tell_is_not_climbed),
        cmocka_unit_test(a_signal_switches_it_off),
        cmocka_unit_test(an_off_that_fails_is_an_error),
        cmocka_unit_test(an_off_that_fails_after_a_rail_is_an_error),
        cmocka_unit_test(an_off_that_fails_after_a_signal_is_an_error),
        cmocka_unit_test(nothing_is_switched_without_the_log),
        cmocka_unit_test(the_log_is_only_appended_to),
        cmocka_unit_test(shares_of_the_time),
        cmocka_unit_test(a_step_keeps_its_share),
        cmocka_unit_test(an_outcome_outlives_a_document_that_cannot_be_written),
        cmocka_unit_test(a_step_keeps_its_limit),
        cmocka_unit_test(what_belongs_to_a_gate_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
