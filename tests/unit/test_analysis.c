/* SPDX-License-Identifier: GPL-2.0 */
/* From blocks to verdicts, on trials whose effect is known because it was put there. */
#include "tests/unit/trials.h"

/* One trial of `quads` quads with B = ratio * A, judged on one budget (NULL: none). */
static struct metric_result judged(const char *metric, const char *budget, unsigned quads, double ratio,
                                   double jitter)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    struct metric_result result;

    begin_trial(&trial, 32, "latency.mean", budget);
    add_quads(&trial, quads, ratio, jitter);
    analyse(&analysis, &trial);
    result = *result_of(&analysis, metric);
    result.budget = NULL; /* its owner is gone */
    return result;
}

static void a_tenth_more_is_measured_as_a_tenth_more(void **state)
{
    struct metric_result result = judged("latency.mean", "latency.mean=5%", 10, 1.10, 0.005);

    (void)state;
    assert_true(result.available && result.relative && result.primary && !result.adjusted);
    assert_close(expm1(result.effect.estimate), 0.10, 1e-5);
    assert_close(result.absolute.estimate, 0.10 * BASE_NS, 10);
    assert_close(result.baseline, BASE_NS, 1);
    assert_close(result.with_target, 1.1 * BASE_NS, 20);
    assert_int_equal(result.n, 10);
    assert_int_equal(result.verdict, VERDICT_FAIL);
    assert_int_equal(result.look, 0);
    assert_true(result.at_least);
    assert_close(result.level, 0.0040, 0);
}

static void a_tenth_more_holds_a_budget_of_a_fifth(void **state)
{
    struct metric_result result = judged("latency.mean", "latency.mean=20%", 10, 1.10, 0.005);

    (void)state;
    assert_int_equal(result.verdict, VERDICT_PASS);
    assert_false(result.at_least);
    assert_true(isnan(result.needed_quads));
}

static void noise_as_large_as_the_budget_decides_nothing(void **state)
{
    struct metric_result open = judged("latency.mean", "latency.mean=5%", 10, 1.04, 0.1);
    struct metric_result last = judged("latency.mean", "latency.mean=5%", 32, 1.05, 0.1);

    (void)state;
    assert_int_equal(open.verdict, VERDICT_INCONCLUSIVE);
    assert_true(open.needed_quads > 10);
    assert_int_equal(last.verdict, VERDICT_INCONCLUSIVE);
    assert_int_equal(last.n, 32);
    assert_int_equal(last.look, 3);
}

static void a_failure_at_the_last_look_is_not_overstated(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};

    (void)state;
    begin_trial(&trial, 10, "latency.mean", "latency.mean=5%"); /* the only look is the last */
    add_quads(&trial, 10, 1.10, 0.005);
    analyse(&analysis, &trial);
    assert_int_equal(result_of(&analysis, "latency.mean")->verdict, VERDICT_FAIL);
    assert_false(result_of(&analysis, "latency.mean")->at_least);
}

/* Twice the time is half the rate: a tenth less rate is 1 / 0.9 of the time. */
static void a_lower_rate_is_worse(void **state)
{
    (void)state;
    assert_int_equal(judged("throughput", "throughput=5%", 10, 1 / 0.9, 0.005).verdict, VERDICT_FAIL);
    assert_int_equal(judged("throughput", "throughput=20%", 10, 1 / 0.9, 0.005).verdict, VERDICT_PASS);
    assert_int_equal(judged("throughput", "throughput=5%", 10, 1 / 1.1, 0.005).verdict, VERDICT_PASS);
    assert_close(expm1(judged("throughput", NULL, 10, 1 / 0.9, 0.005).effect.estimate), -0.1, 1e-5);
}

static void an_amount_is_judged_as_a_difference(void **state)
{
    struct metric_result result = judged("latency.mean", "latency.mean=50us", 10, 1.10, 0.005);

    (void)state;
    assert_false(result.relative);
    assert_close(result.effect.estimate, 1e5, 10);
    assert_close(result.effect.low, result.absolute.low, 0);
    assert_int_equal(result.verdict, VERDICT_FAIL);
    assert_int_equal(judged("latency.mean", "latency.mean=200us", 10, 1.10, 0.005).verdict, VERDICT_PASS);
}

/* A target off is zero by definition: a tenth of a CPU more. */
static void what_can_be_zero_is_judged_as_a_difference(void **state)
{
    struct metric_result result = judged("cpu.target", "cpu.target=0.05cores", 10, 1, 0);

    (void)state;
    assert_false(result.relative);
    assert_close(result.baseline, 0, 0);
    assert_close(result.effect.estimate, 0.1, 1e-9);
    assert_int_equal(result.verdict, VERDICT_FAIL);
    assert_int_equal(judged("cpu.target", "cpu.target=0.2cores", 10, 1, 0).verdict, VERDICT_PASS);
}

/* m = 2: half the level, K = 1 instead of 2 at ten quads (docs/method.md), for both. */
static void two_budgets_share_the_error(void **state)
{
    static const char *const budgets[] = {"latency.mean=5%", "throughput=50%", NULL};
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    const struct metric_result *latency;
    struct interval expected;
    double contrasts[10];

    (void)state;
    for (unsigned i = 0; i < 10; i++) /* what add_quads() makes */
        contrasts[i] = log(1.10) + 0.02 * jitter_of(i);
    assert_int_equal(hodges_lehmann(contrasts, 10, 1, &expected), 0);
    assert_int_equal(trial_begin(&trial, header_of(32, "latency.mean", budgets)), 0);
    add_quads(&trial, 10, 1.10, 0.02);
    analyse(&analysis, &trial);
    latency = result_of(&analysis, "latency.mean");
    assert_close(latency->level, 0.0020, 0);
    assert_close(latency->effect.low, expected.low, 1e-5);
    assert_close(latency->effect.high, expected.high, 1e-5);
    assert_int_equal(latency->verdict, VERDICT_FAIL);
    assert_int_equal(result_of(&analysis, "throughput")->verdict, VERDICT_PASS);
    /* A PASS is judged at the full level, since all have to hold, and that is the interval shown. */
    assert_close(result_of(&analysis, "throughput")->level, 0.0040, 0);
    /* One without a budget is not judged, and has no error to share. */
    assert_int_equal(result_of(&analysis, "cpu.per_op")->verdict, VERDICT_MEASURED);
    assert_close(result_of(&analysis, "cpu.per_op")->level, 0.0040, 0);
}

static void a_verdict_once_reached_stands(void **state)
{
    for (unsigned pass = 0; pass < 2; pass++) {
        CLEANUP(trial_free) struct trial trial = {0};
        CLEANUP(analysis_free) struct analysis analysis = {0};
        const struct metric_result *result;

        begin_trial(&trial, 32, "latency.mean", "latency.mean=5%");
        add_quads(&trial, 10, pass ? 1.0 : 1.10, 0.005);
        add_quads(&trial, 22, pass ? 1.5 : 0.9, 0.005);
        analyse(&analysis, &trial);
        result = result_of(&analysis, "latency.mean");
        assert_int_equal(result->verdict, pass ? VERDICT_PASS : VERDICT_FAIL);
        assert_int_equal(result->look, 0);
        assert_int_equal(result->n, 10);
        assert_close(expm1(result->effect.estimate), pass ? 0 : 0.10, 1e-5); /* and so does its interval */
        assert_int_equal(analysis.quads, 32);
        assert_int_equal(result_of(&analysis, "throughput")->n, 32); /* what was not judged uses all */
    }
    (void)state;
}

static void quads_between_looks_wait_for_the_next(void **state)
{
    struct metric_result result = judged("latency.mean", NULL, 15, 1.10, 0.005);

    (void)state;
    assert_int_equal(result.n, 10);
    assert_int_equal(result.verdict, VERDICT_MEASURED);
}

static void fewer_than_ten_quads_give_no_verdict(void **state)
{
    static const double ratios[] = {1, 1.5, 20};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(ratios); i++) {
        struct metric_result result = judged("latency.mean", "latency.mean=5%", 9, ratios[i], 0.001);

        assert_int_equal(result.verdict, VERDICT_INCONCLUSIVE);
        assert_int_equal(result.n, 9);
        assert_true(isfinite(result.effect.low)); /* an interval is shown all the same */
        assert_true(isnan(result.detectable));
    }
}

static void no_quad_at_all_is_no_crash(void **state)
{
    struct metric_result result = judged("latency.mean", "latency.mean=5%", 0, 1, 0);

    (void)state;
    assert_false(result.available);
    assert_int_equal(result.verdict, VERDICT_INCONCLUSIVE);
}

static void a_block_without_the_number_is_no_verdict(void **state)
{
    struct metric_result missing = judged("pps", "pps=5%", 32, 1, 0.001);
    struct metric_result few = judged("latency.p99", "latency.p99=5%", 32, 1, 0.001);

    (void)state;
    assert_false(missing.available || few.available);
    assert_string_equal(missing.why, "not every block could give it");
    assert_int_equal(missing.verdict, VERDICT_INCONCLUSIVE);
    assert_int_equal(few.verdict, VERDICT_INCONCLUSIVE);
}

/* Windows with the target on in which the load completes nothing. */
static void add_standstill(struct trial *trial, unsigned quads)
{
    for (unsigned quad = 0; quad < quads; quad++) {
        size_t first = trial->count;

        add_quads(trial, 1, 1.0, 0.001);
        for (size_t i = first; i < trial->count; i++) {
            if (trial->blocks[i].arm != 'B')
                continue;
            free(trial->blocks[i].latency);
            trial->blocks[i].latency = NULL;
            set(&trial->blocks[i], "ops", 0);
        }
    }
}

static void a_standstill_is_the_worst_result(void **state)
{
    static const char *const budgets[] = {"latency.mean=50%", "throughput=50%", NULL};

    (void)state;
    for (unsigned stalled = 1; stalled <= 10; stalled += 9) {
        CLEANUP(trial_free) struct trial trial = {0};
        CLEANUP(analysis_free) struct analysis analysis = {0};
        enum verdict expected = stalled == 1 ? VERDICT_INCONCLUSIVE : VERDICT_FAIL;

        assert_int_equal(trial_begin(&trial, header_of(10, "latency.mean", budgets)), 0);
        add_quads(&trial, 10 - stalled, 1.0, 0.001);
        add_standstill(&trial, stalled);
        analyse(&analysis, &trial);
        assert_true(result_of(&analysis, "latency.mean")->available);
        assert_int_equal(result_of(&analysis, "latency.mean")->verdict, expected);
        assert_int_equal(result_of(&analysis, "throughput")->verdict, expected);
    }
}

/* 60 operations in a window without the tool, `on` in one with it, that many times slower. */
static void add_quads_of_few(struct trial *trial, unsigned quads, unsigned on)
{
    size_t first = trial->count;

    add_quads(trial, quads, on ? 60.0 / on : 1.0, 0.001);
    for (size_t i = first; i < trial->count; i++) {
        struct block *block = &trial->blocks[i];
        bool off = block->arm == 'A';

        add_latency(block, (off ? 60 : on ? on : 1) - 1, block->latency->min_ns);
        set(block, "ops", off ? 60 : on);
    }
}

/* A closed loop gets a fraction done, or hangs in one operation: both are the effect, and no missing data. */
static void a_quantile_fails_where_the_tool_stops_the_load(void **state)
{
    static const unsigned on[] = {30, 20, 12, 0};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(on); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        CLEANUP(analysis_free) struct analysis analysis = {0};

        begin_trial(&trial, 10, "latency.p50", "latency.p50=50%");
        add_quads_of_few(&trial, 10, on[i]);
        analyse(&analysis, &trial);
        assert_true(result_of(&analysis, "latency.p50")->available);
        assert_int_equal(result_of(&analysis, "latency.p50")->verdict, VERDICT_FAIL);
    }
}

/* So few put a quantile low: it is not held to be within the budget, nor shown without one. */
static void a_quantile_of_few_operations_passes_nothing(void **state)
{
    static const char *const budgets[] = {"latency.p50=500%", NULL};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(budgets); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        CLEANUP(analysis_free) struct analysis analysis = {0};
        const struct metric_result *result;

        begin_trial(&trial, 10, "latency.mean", budgets[i]);
        add_quads_of_few(&trial, 10, 30);
        analyse(&analysis, &trial);
        result = result_of(&analysis, "latency.p50");
        assert_int_equal(result->available, budgets[i] != NULL);
        assert_int_equal(result->verdict, budgets[i] ? VERDICT_INCONCLUSIVE : VERDICT_MEASURED);
        assert_true(isnan(result->needed_quads));
    }
}

/* As above, with as many operations as are asked for in either arm. */
static void a_quantile_of_enough_operations_passes(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};

    (void)state;
    begin_trial(&trial, 10, "latency.mean", "latency.p50=500%");
    add_quads_of_few(&trial, 10, 45);
    analyse(&analysis, &trial);
    assert_int_equal(result_of(&analysis, "latency.p50")->verdict, VERDICT_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tenth_more_is_measured_as_a_tenth_more),
        cmocka_unit_test(a_tenth_more_holds_a_budget_of_a_fifth),
        cmocka_unit_test(noise_as_large_as_the_budget_decides_nothing),
        cmocka_unit_test(a_failure_at_the_last_look_is_not_overstated),
        cmocka_unit_test(a_lower_rate_is_worse),
        cmocka_unit_test(an_amount_is_judged_as_a_difference),
        cmocka_unit_test(what_can_be_zero_is_judged_as_a_difference),
        cmocka_unit_test(two_budgets_share_the_error),
        cmocka_unit_test(a_verdict_once_reached_stands),
        cmocka_unit_test(quads_between_looks_wait_for_the_next),
        cmocka_unit_test(fewer_than_ten_quads_give_no_verdict),
        cmocka_unit_test(no_quad_at_all_is_no_crash),
        cmocka_unit_test(a_block_without_the_number_is_no_verdict),
        cmocka_unit_test(a_standstill_is_the_worst_result),
        cmocka_unit_test(a_quantile_fails_where_the_tool_stops_the_load),
        cmocka_unit_test(a_quantile_of_few_operations_passes_nothing),
        cmocka_unit_test(a_quantile_of_enough_operations_passes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
