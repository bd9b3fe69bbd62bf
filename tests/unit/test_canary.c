/* SPDX-License-Identifier: GPL-2.0 */
/* The canary on a mock clock: what each rail, verdict and failure leads to, and what the log says. */
#include "tests/unit/canary_scene.h"

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
