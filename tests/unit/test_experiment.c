/* SPDX-License-Identifier: GPL-2.0 */
/* The experiment loop on a mock machine: the order of blocks, its times, its looks and its planned ends. */
#include "tests/unit/mock_machine.h"
#include "orchestrator/plan.h"

static void quad_order(const struct trial *trial, unsigned quad, char order[5])
{
    unsigned seen = 0;

    for (size_t i = 0; i < trial->count; i++)
        if (trial->blocks[i].phase == PHASE_QUAD && trial->blocks[i].quad == quad && seen < 4) {
            assert_int_equal(trial->blocks[i].position, seen);
            order[seen++] = trial->blocks[i].arm;
        }
    order[seen] = '\0';
}

static void runs_every_look_then_the_long_attachment(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    unsigned abba = 0, steady_a = 0, steady_b = 0;

    (void)state;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    assert_string_equal(end_reason(&trial), "last_look");
    assert_int_equal(m.looks, 4);
    for (unsigned quad = 0; quad < 32; quad++) {
        char order[5];

        quad_order(&trial, quad, order);
        assert_true(strcmp(order, "ABBA") == 0 || strcmp(order, "BAAB") == 0);
        abba += order[0] == 'A';
    }
    assert_true(abba > 4 &&
                abba < 28); /* a fair coin: outside with probability 1e-5, and the seed is fixed */
    /* rehearsal, one attachment per A B B A and two per B A A B, long attachment, statistics */
    assert_int_equal(m.attachments, 1 + abba + 2 * (32 - abba) + 2);
    for (size_t i = 0; i < trial.count; i++) {
        steady_a += trial.blocks[i].phase == PHASE_STEADY && trial.blocks[i].arm == 'A';
        steady_b += trial.blocks[i].phase == PHASE_STEADY && trial.blocks[i].arm == 'B';
    }
    assert_int_equal(steady_a, 8);
    assert_int_equal(steady_b, 20); /* 5 s after attaching and settling, 0.25 s each */
    assert_quiet(&m);
}

/* Where the clock counts instructions, attaching is what costs: once for the quad and the statistics. */
static void an_exact_run_attaches_once(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    char order[5];

    (void)state;
    plan.look_kind = LOOKS_EXACT;
    plan.max_quads = 1;
    plan.steady_ns = 0;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    quad_order(&trial, 0, order);
    assert_string_equal(order, "ABBA");
    assert_int_equal(trial.count, 4);
    assert_int_equal(m.attachments, 1);
    assert_int_equal(m.looks, 0);
    assert_string_equal(json_string_value(json_object_get(json_object_get(trial.header, "design"), "kind")),
                        "exact");
    assert_quiet(&m);
}

/* Its only quad can't be repeated: a bad window is told, and nothing is left on. */
static void an_exact_run_with_a_bad_window(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    struct error error = {0};

    (void)state;
    plan.look_kind = LOOKS_EXACT;
    plan.max_quads = 1;
    m.bad_window[0] = 3; /* the first with the target on */
    m.problem = PROBLEM_MACHINE;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, &error), -EIO);
    assert_int_equal(error.status, EXIT_UNTRUSTWORTHY);
    assert_quiet(&m);
}

static void the_seed_fixes_the_order(void **state)
{
    char first[5], second[5];
    unsigned different = 0;

    (void)state;
    for (unsigned seed = 0; seed < 3; seed++) {
        CLEANUP(trial_free) struct trial a = {0};
        CLEANUP(trial_free) struct trial b = {0};
        CLEANUP(trial_free) struct trial c = {0};
        struct mock m = mock_new();
        struct experiment_plan plan = plan_of(&m);

        plan.seed = seed;
        assert_int_equal(experiment_run(&plan, &mock_ops, &m, &a, NULL), 0);
        m = mock_new();
        assert_int_equal(experiment_run(&plan, &mock_ops, &m, &b, NULL), 0);
        m = mock_new();
        plan.seed = seed + 100;
        assert_int_equal(experiment_run(&plan, &mock_ops, &m, &c, NULL), 0);
        for (unsigned quad = 0; quad < 32; quad++) {
            quad_order(&a, quad, first);
            quad_order(&b, quad, second);
            assert_string_equal(first, second);
            quad_order(&c, quad, second);
            different += strcmp(first, second) != 0;
        }
    }
    assert_true(different > 20);
}

static void ages_count_from_the_last_switch(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);

    (void)state;
    plan.max_quads = 10;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    for (size_t i = 0; i < trial.count; i++) {
        const struct block *block = &trial.blocks[i];
        /* the first block settles from the load's start, the third follows its own arm */
        uint64_t expected = 100 * NS_PER_MS + (block->position == 2 ? 250 * NS_PER_MS : 0);

        if (block->phase == PHASE_QUAD)
            assert_int_equal(block->age_ns, expected);
    }
}

static void windows_follow_the_attach_time(void **state)
{
    struct experiment_plan plan = {0};

    (void)state;
    assert_int_equal(experiment_window_ns(&plan, 1000, 1000), 250 * NS_PER_MS);
    assert_int_equal(experiment_window_ns(&plan, 300 * NS_PER_MS, 200 * NS_PER_MS), 500 * NS_PER_MS);
    assert_int_equal(experiment_window_ns(&plan, 50 * NS_PER_SECOND, 0), 4 * NS_PER_SECOND);
    plan.min_window_ns = 2 * NS_PER_SECOND;
    assert_int_equal(experiment_window_ns(&plan, 0, 0), 2 * NS_PER_SECOND);
    plan.window_ns = 3 * NS_PER_SECOND;
    assert_int_equal(experiment_window_ns(&plan, 0, 0), 3 * NS_PER_SECOND);
    assert_int_equal(experiment_settle_ns(&plan, 0), 100 * NS_PER_MS);
    assert_int_equal(experiment_settle_ns(&plan, NS_PER_SECOND), NS_PER_SECOND);
    assert_int_equal(experiment_settle_ns(&plan, 50 * NS_PER_SECOND), 5 * NS_PER_SECOND);
    plan.settle_ns = 7;
    assert_int_equal(experiment_settle_ns(&plan, NS_PER_SECOND), 7);
}

static void the_time_limits_the_looks(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    struct plan_time planned;
    uint64_t start_ns = m.now_ns;

    (void)state;
    plan.max_time_ns =
        45 * NS_PER_SECOND; /* 9 s of it for what comes after; 1.67 s a quad: 16 fit, 24 do not */
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    assert_int_equal(m.looks, 2);
    plan_time(&plan, &planned); /* what --dry-run says beforehand */
    assert_int_equal(planned.looks.count, 2);
    assert_int_equal(planned.quads, 16);
    assert_true(planned.last_s <= 45);
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(trial.header, "design"), "max_quads")), 16);
    assert_true(m.now_ns - start_ns <= plan.max_time_ns);
}

static void too_little_time_gives_no_look(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    uint64_t start_ns = m.now_ns;

    (void)state;
    plan.max_time_ns = 15 * NS_PER_SECOND;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    assert_int_equal(m.looks, 0);
    assert_true(trial.count > 4); /* as many quads as fit, and not just one */
    assert_true(json_integer_value(json_object_get(json_object_get(trial.header, "design"), "max_quads")) >
                1);
    assert_true(m.now_ns - start_ns <= plan.max_time_ns);
}

static void a_failing_verdict_skips_the_long_attachment(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);

    (void)state;
    m.stop_at_look = 1;
    m.stop_failed = true;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    assert_string_equal(end_reason(&trial), "verdict");
    assert_int_equal(trial.count, 40);
    assert_non_null(json_object_get(trial.facts, "statistics"));
}

static void an_emergency_stops_after_two_quads(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);

    (void)state;
    m.emergency = true;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    assert_string_equal(end_reason(&trial), "emergency");
    assert_int_equal(trial.count, 8);
    plan.emergency_stop = false;
    m = mock_new();
    m.emergency = true;
    trial_free(&trial);
    trial = (struct trial){0};
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    assert_string_equal(end_reason(&trial), "last_look");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_every_look_then_the_long_attachment),
        cmocka_unit_test(an_exact_run_attaches_once),
        cmocka_unit_test(an_exact_run_with_a_bad_window),
        cmocka_unit_test(the_seed_fixes_the_order),
        cmocka_unit_test(ages_count_from_the_last_switch),
        cmocka_unit_test(windows_follow_the_attach_time),
        cmocka_unit_test(the_time_limits_the_looks),
        cmocka_unit_test(too_little_time_gives_no_look),
        cmocka_unit_test(a_failing_verdict_skips_the_long_attachment),
        cmocka_unit_test(an_emergency_stops_after_two_quads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
