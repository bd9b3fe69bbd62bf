/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "base/random.h"
#include "orchestrator/stats/estimate.h"
#include "orchestrator/stats/power.h"
#include "tests/unit/unit.h"

#include <math.h>

/* Share of trials with normal contrasts, shifted by the detectable effect, whose interval lies above zero. */
static double power_at(enum look_kind kind, unsigned look, unsigned m, unsigned attempt, unsigned trials)
{
    unsigned seen = 0, n;
    struct look_plan plan;
    struct random random;
    int k;

    random_seed(&random, 100 * kind + look);
    assert_int_equal(look_plan_make(&plan, kind, 0), 0);
    look_plan_spend(&plan, attempt);
    n = plan.quads[look];
    k = look_k(&plan, look, m);
    for (unsigned trial = 0; trial < trials; trial++) {
        double x[ESTIMATE_MAX], effect = detectable_effect(look, 1, n, kind, k);
        struct interval interval;

        for (unsigned i = 0; i < n; i++)
            x[i] = random_normal(&random) + effect;
        assert_int_equal(hodges_lehmann(x, n, k, &interval), 0);
        seen += interval.low > 0;
    }
    return (double)seen / trials;
}

/* 90 %, within what one digit of the factor is worth (1.2 %) and three standard errors of the simulation. */
static void test_detectable_effect_has_its_power(void **state)
{
    (void)state;
    for (unsigned look = 0; look < 4; look++)
        assert_true(fabs(power_at(LOOKS_DEFAULT, look, 1, 1, 20000) - 0.90) < 0.012 + 3 * sqrt(0.09 / 20000));
    for (unsigned look = 0; look < 5; look++)
        assert_true(fabs(power_at(LOOKS_LONG, look, 1, 1, look < 3 ? 10000 : 2000) - 0.90) <
                    0.012 + 3 * sqrt(0.09 / (look < 3 ? 10000 : 2000)));
}

/* With several budgets, and at later attempts, the intervals are wider, and less could be seen: still nine of
 * ten, roughly. */
static void test_detectable_effect_at_budgets(void **state)
{
    static const unsigned budgets[] = {2, 4, 8};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(budgets); i++)
        for (unsigned look = budgets[i] < 5 ? 0 : 1; look < 4; look++)
            assert_true(fabs(power_at(LOOKS_DEFAULT, look, budgets[i], 1, 10000) - 0.90) <
                        0.035 + 3 * sqrt(0.09 / 10000));
    assert_true(fabs(power_at(LOOKS_LONG, 1, 4, 1, 10000) - 0.90) < 0.035 + 3 * sqrt(0.09 / 10000));
    /* The second attempt at a gate with two budgets. */
    assert_true(fabs(power_at(LOOKS_DEFAULT, 3, 2, 2, 10000) - 0.90) < 0.035 + 3 * sqrt(0.09 / 10000));
    /* Ten quads have no interval that is sure enough for five budgets: K = -1. */
    assert_true(isnan(detectable_effect(0, 1, 10, LOOKS_DEFAULT, -1)));
}

static void test_detectable_effect_edges(void **state)
{
    (void)state;
    assert_true(fabs(detectable_effect(3, 0.016, 32, LOOKS_DEFAULT, 149) - 0.0101823) < 1e-6);
    assert_true(isnan(detectable_effect(4, 1, 32, LOOKS_DEFAULT, 1)));
    assert_true(isnan(detectable_effect(5, 1, 128, LOOKS_LONG, 1)));
    assert_true(isnan(detectable_effect(0, 1, 0, LOOKS_DEFAULT, 2)));
}

/* By hand: half width 0.02, distance 0.01: 32 (1.6 * 2)^2 = 327.68. On the budget: 32 (1.6 * 4)^2 = 1310.72.
 */
static void test_quads_needed(void **state)
{
    (void)state;
    assert_true(quads_needed(32, 0.05, 0.04, 0.02) == 328);
    assert_true(quads_needed(32, 0.05, 0.05, 0.02) == 1311);
    assert_true(quads_needed(32, 0.05, -1, 0.02) == 33);
    assert_true(isnan(quads_needed(32, 0.05, 0.04, INFINITY)));
    assert_true(isnan(quads_needed(32, NAN, 0.04, 0.02)));
}

/* 0.95 = 1 - (1 - p)^n: 25.9 % of ten quads, 8.9 % of 32. */
static void test_undetected_share(void **state)
{
    (void)state;
    assert_true(fabs(undetected_share(10) - 0.259) < 5e-4);
    assert_true(fabs(undetected_share(32) - 0.0894) < 5e-5);
    assert_true(fabs(pow(1 - undetected_share(16), 16) - 0.05) < 1e-12);
    assert_true(undetected_share(0) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_detectable_effect_has_its_power),
        cmocka_unit_test(test_detectable_effect_at_budgets),
        cmocka_unit_test(test_detectable_effect_edges),
        cmocka_unit_test(test_quads_needed),
        cmocka_unit_test(test_undetected_share),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
