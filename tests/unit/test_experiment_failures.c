/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The experiment loop on a mock machine where something goes wrong: what is repeated and what is kept, and
 * that every way out leaves the target off and the load stopped.
 */
#include "orchestrator/shortfall.h"
#include "tests/unit/mock_machine.h"

/* Windows 2.. are the first quad's; with seed 7 its order decides which of them are A. */
static void a_bad_a_block_repeats_its_quad_and_a_bad_b_block_does_not(void **state)
{
    for (unsigned problem = PROBLEM_LOAD; problem <= PROBLEM_MACHINE; problem++)
        for (unsigned window = 2; window <= 5; window++) {
            CLEANUP(trial_free) struct trial trial = {0};
            struct mock m = mock_new();
            struct experiment_plan plan = plan_of(&m);
            const struct block *block;
            bool repeated;

            m.bad_window[0] = window;
            m.problem = problem;
            plan.max_quads = 10;
            assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
            block = &trial.blocks[window - 2];
            repeated = problem == PROBLEM_MACHINE || block->arm == 'A';
            assert_int_equal(block->invalid[0] != '\0', repeated);
            assert_int_equal(values_or_nan(&block->values, SHORTFALL_VALUE) == 1, problem == PROBLEM_LOAD);
            assert_int_equal(json_integer_value(from_end(&trial, "quads_repeated")), repeated);
            assert_string_equal(end_reason(&trial), "last_look");
        }
    (void)state;
}

static void an_unreachable_rate_ends_the_run_soon(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);

    (void)state;
    m.problem_in_arm = 'A';
    m.problem = PROBLEM_LOAD;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    assert_string_equal(end_reason(&trial), "repeats");
    assert_true(m.windows < 15);
    assert_quiet(&m);
}

/* Why is kept, and not taken for the cause of an error. */
static void a_load_that_dies_with_the_target_on_is_an_outcome(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct error error = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);

    (void)state;
    m.epipe_in_arm = 'B';
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, &error), 0);
    assert_string_equal(end_reason(&trial), "workload_died");
    assert_string_equal(json_string_value(from_end(&trial, "last_death")), "gone");
    assert_string_equal(error.message, "");
    assert_quiet(&m);
}

/* Twice, and not from the first: no more than chance makes of a load that dies now and then. */
static void a_load_that_dies_now_and_then(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);

    (void)state;
    m.epipe_in_arm = 'B';
    m.epipe_from = 5; /* after the first quad */
    m.epipe_to = 9;
    plan.max_quads = 10;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    assert_string_equal(end_reason(&trial), "last_look");
    assert_true(json_integer_value(from_end(&trial, "died_on")) >= 2);
    assert_quiet(&m);
}

/* That is no matter of the first target's. */
static void a_load_that_the_second_target_kills(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);

    (void)state;
    plan.targets = 2;
    m.epipe_in_arm = 'C';
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    assert_string_equal(end_reason(&trial), "second_killed_load");
    assert_int_equal(json_integer_value(from_end(&trial, "died_on")), 0);
    assert_quiet(&m);
}

static void a_load_that_dies_at_once_is_an_error(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    struct error error;

    (void)state;
    m.epipe_in_arm = 'A';
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, &error), -EPIPE);
    assert_int_equal(error.status, EXIT_UNTRUSTWORTHY);
    assert_quiet(&m);
}

static void a_target_that_dies_ends_the_run(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    struct error error;

    (void)state;
    m.die_in_window = 9;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, &error), -ESRCH);
    assert_int_equal(error.status, EXIT_TARGET);
    assert_string_equal(end_reason(&trial), "error");
    assert_int_equal(json_integer_value(from_end(&trial, "exit_status")), EXIT_TARGET);
    assert_string_equal(json_string_value(from_end(&trial, "error")), error.message);
    assert_true(trial.count >= 7);
    assert_quiet(&m);
}

static void leave_all_out(const void *redaction, struct error *error)
{
    snprintf(error->message, sizeof(error->message), "%s", (const char *)redaction);
}

static void a_trial_keeps_the_sentence_without_secrets(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    struct error error;

    (void)state;
    m.die_in_window = 9;
    plan.redact = leave_all_out;
    plan.redaction = "nothing to see";
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, &error), -ESRCH);
    assert_string_equal(json_string_value(from_end(&trial, "error")), "nothing to see");
}

static void a_target_that_never_attaches_leaves_no_trial(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    struct error error;

    (void)state;
    m.on_result = -ETIMEDOUT;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, &error), -ETIMEDOUT);
    assert_string_equal(error.message, "never attached");
    assert_null(trial.header);
    assert_quiet(&m);
}

static void a_target_that_leaves_programs_ends_the_run(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    struct error error;

    (void)state;
    m.off_result = -EBUSY;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, &error), -EBUSY);
    assert_int_equal(error.status, EXIT_TARGET);
    assert_quiet(&m);
}

/* Told as interrupted, the run would seem to have cleaned up. */
static void an_off_that_fails_after_an_interrupt_is_told(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    struct error error = {0};

    (void)state;
    m.interrupt_in_arm = 'B';
    m.off_result = -EBUSY;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, &error), -EBUSY);
    assert_int_equal(error.status, EXIT_TARGET);
    assert_string_equal(error.message, "left programs behind");
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), -EBUSY);
    assert_quiet(&m);
}

/* What a tool printed may fill the first one. */
static void the_second_of_two_failures_has_room(void **state)
{
    struct error error = {.status = EXIT_TARGET}, second = {.status = EXIT_TARGET, .message = "still on"};

    (void)state;
    memset(error.message, 'x', sizeof(error.message) - 1);
    assert_int_equal(error_join(&error, -EIO, &second, -EBUSY), -EIO);
    assert_int_equal(strlen(error.message), sizeof(error.message) - 1);
    assert_string_equal(strchr(error.message, '\n') + 1, "still on");
    assert_int_equal(error_join(&error, -EIO, &second, -EBUSY), -EIO); /* said already */
    assert_int_equal(strlen(error.message), sizeof(error.message) - 1);
    assert_int_equal(error_join(&error, 1, &second, -EBUSY), -EBUSY);
    assert_string_equal(error.message, "still on");
    assert_int_equal(error_join(&error, 1, &(struct error){0}, 0), 1); /* none: nothing is replaced */
    assert_string_equal(error.message, "still on");
}

static void an_off_that_fails_after_a_failure_is_told_as_well(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    struct error error = {0};

    (void)state;
    m.on_result = -ETIMEDOUT;
    m.off_result = -EBUSY;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, &error), -ETIMEDOUT);
    assert_string_equal(error.message, "never attached\nleft programs behind");
    assert_quiet(&m);
}

static void an_interrupt_at_any_step_leaves_nothing_on(void **state)
{
    unsigned call = 0;
    int result;

    (void)state;
    do {
        CLEANUP(trial_free) struct trial trial = {0};
        struct mock m = mock_new();
        struct experiment_plan plan = plan_of(&m);

        plan.max_quads = 10;
        m.interrupt_at_call = ++call;
        result = experiment_run(&plan, &mock_ops, &m, &trial, NULL);
        assert_true(result == -EINTR || result == 0);
        if (result == -EINTR && trial.header)
            assert_string_equal(end_reason(&trial), "interrupt");
        assert_quiet(&m);
    } while (result == -EINTR);
    assert_true(call > 100); /* it did go through all of them */
}

static void a_full_disk_ends_the_run(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_FILE FILE *full = fopen("/dev/full", "w");
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    struct error error;

    (void)state;
    trial.stream = full;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, &error), -ENOSPC);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_quiet(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_a_block_repeats_its_quad_and_a_bad_b_block_does_not),
        cmocka_unit_test(an_unreachable_rate_ends_the_run_soon),
        cmocka_unit_test(a_load_that_dies_with_the_target_on_is_an_outcome),
        cmocka_unit_test(a_load_that_dies_now_and_then),
        cmocka_unit_test(a_load_that_the_second_target_kills),
        cmocka_unit_test(a_load_that_dies_at_once_is_an_error),
        cmocka_unit_test(a_target_that_dies_ends_the_run),
        cmocka_unit_test(a_trial_keeps_the_sentence_without_secrets),
        cmocka_unit_test(a_target_that_never_attaches_leaves_no_trial),
        cmocka_unit_test(a_target_that_leaves_programs_ends_the_run),
        cmocka_unit_test(an_off_that_fails_after_an_interrupt_is_told),
        cmocka_unit_test(an_off_that_fails_after_a_failure_is_told_as_well),
        cmocka_unit_test(the_second_of_two_failures_has_room),
        cmocka_unit_test(an_interrupt_at_any_step_leaves_nothing_on),
        cmocka_unit_test(a_full_disk_ends_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
