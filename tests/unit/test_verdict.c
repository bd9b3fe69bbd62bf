/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/verdict.h"
#include "tests/unit/unit.h"

#define FAR 1e6

static struct look_plan plan_of(enum look_kind kind)
{
    struct look_plan plan;

    assert_int_equal(look_plan_make(&plan, kind, 0), 0);
    return plan;
}

/*
 * Ten contrasts 0.01 .. 0.10. Smallest Walsh averages: 0.010, 0.015, 0.020, ...; so with K = 2 (m = 1) the
 * interval is [0.020, 0.090], with K = 0 (m = 4) [0.010, 0.100]; the centre is 0.055 by symmetry. The
 * upper t bound of the mean is 0.055 + 2.262 * 0.030277 / sqrt(10) = 0.0767, inside the interval.
 */
static const double ramp[10] = {0.03, 0.01, 0.10, 0.02, 0.05, 0.04, 0.09, 0.07, 0.06, 0.08};

static enum verdict first_look(unsigned m, double delta, struct interval *shown)
{
    struct look_plan plan = plan_of(LOOKS_DEFAULT);

    return verdict_at_look(ramp, 10, &plan, 0, m, delta, shown);
}

static void test_one_budget(void **state)
{
    struct interval shown;

    (void)state;
    assert_int_equal(first_look(1, 0.0199, &shown), VERDICT_FAIL);
    assert_true(fabs(shown.estimate - 0.055) < 1e-15);
    assert_true(fabs(shown.low - 0.02) < 1e-15 && fabs(shown.high - 0.09) < 1e-15);
    assert_int_equal(first_look(1, 0.0201, &shown), VERDICT_OPEN);
    assert_int_equal(first_look(1, 0.0899, &shown), VERDICT_OPEN);
    assert_int_equal(first_look(1, 0.0901, &shown), VERDICT_PASS);
    assert_int_equal(first_look(1, NAN, &shown), VERDICT_MEASURED);
    assert_true(fabs(shown.low - 0.02) < 1e-15);
}

/* FAIL needs the wider interval of m budgets; PASS needs only that of one, though the wider one is shown. */
static void test_four_budgets(void **state)
{
    struct interval shown;

    (void)state;
    assert_int_equal(first_look(4, 0.0099, &shown), VERDICT_FAIL);
    assert_true(fabs(shown.low - 0.01) < 1e-15 && fabs(shown.high - 0.10) < 1e-15);
    assert_int_equal(first_look(4, 0.0101, &shown), VERDICT_OPEN);
    assert_int_equal(first_look(4, 0.0901, &shown), VERDICT_PASS);
}

/* Eight budgets: no K is sure enough at ten quads, so no FAIL there, whatever the data. */
static void test_eight_budgets_cannot_fail_early(void **state)
{
    struct interval shown;

    (void)state;
    assert_int_equal(first_look(8, -FAR, &shown), VERDICT_OPEN);
    assert_true(shown.low == -INFINITY && shown.high == INFINITY);
    assert_int_equal(first_look(8, FAR, &shown), VERDICT_PASS);
}

/*
 * Fifteen quads at no cost, one at +50 %: fifteen Walsh averages are 0.25, one 0.5, all others 0, so with K =
 * 20 the interval is [0, 0]. The mean's bound alone, 0.03125 + 2.131 * 0.125 / 4 = 0.0978, keeps 0.09 from
 * passing.
 */
static void test_guard_of_the_mean(void **state)
{
    struct look_plan plan = plan_of(LOOKS_DEFAULT);
    double worse[16] = {[5] = 0.5};
    struct interval shown;

    (void)state;
    assert_int_equal(verdict_at_look(worse, 16, &plan, 1, 1, 0.09, &shown), VERDICT_OPEN);
    assert_true(shown.high == 0 && shown.low == 0);
    assert_int_equal(verdict_at_look(worse, 16, &plan, 1, 1, 0.099, &shown), VERDICT_PASS);
}

static void test_too_few_or_unusable(void **state)
{
    struct look_plan plan = plan_of(LOOKS_DEFAULT), empty;
    double worse[10] = {0, 0, 0, 0, 0, 0, 0, 0, 0, NAN};
    struct interval shown;

    (void)state;
    assert_int_equal(verdict_at_look(ramp, 9, &plan, 0, 1, -FAR, &shown), VERDICT_OPEN);
    assert_int_equal(verdict_at_look(ramp, 9, &plan, 0, 1, FAR, &shown), VERDICT_OPEN);
    assert_int_equal(verdict_at_look(worse, 10, &plan, 0, 1, FAR, &shown), VERDICT_OPEN);
    assert_true(isnan(shown.low) && isnan(shown.estimate));
    assert_int_equal(look_plan_make(&empty, LOOKS_DEFAULT, 5), 0);
    assert_int_equal(verdict_at_look(ramp, 5, &empty, 0, 1, -FAR, &shown), VERDICT_OPEN);
}

/* Infinitely worse in every B block, as with a rate of zero: that is a FAIL, not a loss of data. */
static void test_infinitely_worse(void **state)
{
    struct look_plan plan = plan_of(LOOKS_DEFAULT);
    struct interval shown;
    double worse[10];

    (void)state;
    for (unsigned i = 0; i < 10; i++)
        worse[i] = INFINITY;
    assert_int_equal(verdict_at_look(worse, 10, &plan, 0, 1, 0.1, &shown), VERDICT_FAIL);
}

static void test_verdict_stands(void **state)
{
    struct verdict_state metric = VERDICT_START;

    (void)state;
    verdict_advance(&metric, VERDICT_OPEN, 0, false);
    assert_int_equal(metric.verdict, VERDICT_OPEN);
    verdict_advance(&metric, VERDICT_PASS, 1, false);
    assert_int_equal(metric.verdict, VERDICT_PASS);
    verdict_advance(&metric, VERDICT_FAIL, 2, false);
    verdict_advance(&metric, VERDICT_OPEN, 3, true);
    assert_int_equal(metric.verdict, VERDICT_PASS);
    assert_int_equal(metric.look, 1);
}

static void test_open_ends_inconclusive(void **state)
{
    struct verdict_state open = VERDICT_START, failed = VERDICT_START, free_of_budget = VERDICT_START;

    (void)state;
    verdict_advance(&open, VERDICT_OPEN, 3, true);
    assert_int_equal(open.verdict, VERDICT_INCONCLUSIVE);
    verdict_advance(&failed, VERDICT_FAIL, 3, true);
    assert_int_equal(failed.verdict, VERDICT_FAIL);
    verdict_advance(&free_of_budget, VERDICT_MEASURED, 0, true);
    assert_int_equal(free_of_budget.verdict, VERDICT_MEASURED);
    assert_string_equal(verdict_name(open.verdict), "inconclusive");
}

/*
 * ramp has [0.02, 0.09], its double [0.04, 0.18]. Adjusted below raw: the upper bound is drawn out and a PASS
 * needs both; a FAIL is the adjusted one's own affair. Adjusted above raw: the other way round.
 */
static void test_of_both(void **state)
{
    struct look_plan plan = plan_of(LOOKS_DEFAULT);
    struct interval shown;
    double twice[10];

    (void)state;
    for (unsigned i = 0; i < 10; i++)
        twice[i] = 2 * ramp[i];
    assert_int_equal(verdict_of_both(twice, ramp, 10, &plan, 0, 1, 0.0901, &shown), VERDICT_OPEN);
    assert_true(fabs(shown.estimate - 0.055) < 1e-15);
    assert_true(fabs(shown.low - 0.02) < 1e-15 && fabs(shown.high - 0.18) < 1e-15);
    assert_int_equal(verdict_of_both(twice, ramp, 10, &plan, 0, 1, 0.1801, &shown), VERDICT_PASS);
    assert_int_equal(verdict_of_both(twice, ramp, 10, &plan, 0, 1, 0.0199, &shown), VERDICT_FAIL);
    assert_int_equal(verdict_of_both(ramp, twice, 10, &plan, 0, 1, 0.0399, &shown), VERDICT_OPEN);
    assert_true(fabs(shown.low - 0.02) < 1e-15 && fabs(shown.high - 0.18) < 1e-15);
    assert_int_equal(verdict_of_both(ramp, twice, 10, &plan, 0, 1, 0.0199, &shown), VERDICT_FAIL);
    assert_int_equal(verdict_of_both(ramp, twice, 10, &plan, 0, 1, 0.1801, &shown), VERDICT_PASS);
    assert_int_equal(verdict_of_both(twice, ramp, 10, &plan, 0, 1, NAN, &shown), VERDICT_MEASURED);
    twice[3] = NAN;
    assert_int_equal(verdict_of_both(twice, ramp, 10, &plan, 0, 1, 0.0199, &shown), VERDICT_OPEN);
    assert_true(isnan(shown.low));
}

/* 5 % more latency is log(1.05) = 0.04879; 5 % less throughput -log(0.95) = 0.05129. */
static void test_budget_delta(void **state)
{
    (void)state;
    assert_true(fabs(budget_delta(0.05, false) - 0.0487902) < 1e-7);
    assert_true(fabs(budget_delta(0.05, true) - 0.0512933) < 1e-7);
    assert_true(budget_delta(0, false) == 0 && budget_delta(0, true) == 0);
    assert_true(budget_delta(1, true) == INFINITY && budget_delta(2, true) == INFINITY);
}

static void test_emergency(void **state)
{
    const double a[2][2] = {{0, 0.1}, {1, 1.05}}; /* log(5) = 1.609 */
    const double far[2][2] = {{1.72, 2}, {2.66, 9}}, near[2][2] = {{1.70, 2}, {2.66, 9}};
    const double unknown[2][2] = {{NAN, 2}, {2.66, 9}};

    (void)state;
    assert_true(emergency_stop(a, far));
    assert_false(emergency_stop(a, near)); /* 1.70 - 0.1 is below log(5) */
    assert_false(emergency_stop(a, unknown));
    assert_false(emergency_stop(far, a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_budget),
        cmocka_unit_test(test_four_budgets),
        cmocka_unit_test(test_eight_budgets_cannot_fail_early),
        cmocka_unit_test(test_guard_of_the_mean),
        cmocka_unit_test(test_too_few_or_unusable),
        cmocka_unit_test(test_infinitely_worse),
        cmocka_unit_test(test_verdict_stands),
        cmocka_unit_test(test_open_ends_inconclusive),
        cmocka_unit_test(test_of_both),
        cmocka_unit_test(test_budget_delta),
        cmocka_unit_test(test_emergency),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
