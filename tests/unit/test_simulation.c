/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whole runs, look by look, as the verdict is taken: 20,000 for each distribution and effect. A wrong verdict
 * is a FAIL where the effect is at the budget or below, and a PASS where it is at the budget or above: at
 * most 2.5 % a side plus three standard errors of the simulation. With four budgets a FAIL may take a quarter
 * of that each. The interval that stands when a run ends must cover the effect in 95 % less three standard
 * errors.
 */
#include "tests/unit/judge.h"
#include "tests/unit/simulation.h"
#include "tests/unit/unit.h"

#define TRIALS (20000 / TRIALS_DIVIDED)
#define BUDGET 0.05

static const unsigned budgets[2] = {1, 4};

static bool all_decided(struct tally tallies[METHODS][2])
{
    for (unsigned method = 0; method < METHODS; method++)
        for (unsigned i = 0; i < 2; i++)
            if (tallies[method][i].state.verdict == VERDICT_OPEN)
                return false;
    return true;
}

static void judge_run(const struct simulated_run *run, const struct look_plan *plan,
                      struct tally tallies[METHODS][2])
{
    for (unsigned look = 0; look < plan->count && !all_decided(tallies); look++) {
        double raw[SIMULATED_QUADS], adjusted[SIMULATED_QUADS];
        struct adjust_output output = {.raw = raw, .adjusted = adjusted};
        struct adjust_input input = simulated_input(run, plan->quads[look]);

        assert_int_equal(adjust_contrasts(&input, &output), 0);
        for (unsigned method = 0; method < METHODS; method++)
            for (unsigned i = 0; i < 2; i++)
                judge_by(&tallies[method][i], &output, method, plan, look, budgets[i], BUDGET);
    }
}

static void run_trials(enum noise noise, double effect, struct tally tallies[METHODS][2])
{
    struct look_plan plan;
    struct random random;

    assert_int_equal(look_plan_make(&plan, LOOKS_DEFAULT, 0), 0);
    random_seed(&random, 20240 + noise);
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        struct simulated_run run;

        simulate_run(&random, noise, effect, 0, &run);
        for (unsigned i = 0; i < METHODS * 2; i++)
            tallies[i / 2][i % 2].state = VERDICT_START;
        judge_run(&run, &plan, tallies);
        for (unsigned i = 0; i < METHODS * 2; i++) {
            struct tally *tally = &tallies[i / 2][i % 2];

            tally->pass += tally->state.verdict == VERDICT_PASS;
            tally->fail += tally->state.verdict == VERDICT_FAIL;
            tally->covered += tally->shown.low <= effect && effect <= tally->shown.high;
        }
    }
}

static double three_errors(double rate)
{
    return 3 * sqrt(rate * (1 - rate) / TRIALS);
}

static void check_rates(enum noise noise, double effect)
{
    struct tally tallies[METHODS][2] = {0};

    run_trials(noise, effect, tallies);
    for (unsigned method = 0; method < METHODS; method++)
        for (unsigned i = 0; i < 2; i++) {
            const struct tally *tally = &tallies[method][i];
            double fail = (double)tally->fail / TRIALS, pass = (double)tally->pass / TRIALS;
            double covered = (double)tally->covered / TRIALS, level = 0.025 / budgets[i];

            print_message("noise %u effect %.3f %s m=%u: pass %.4f fail %.4f covered %.4f\n", noise, effect,
                          method == RAW ? "raw" : "adjusted", budgets[i], pass, fail, covered);
            assert_true(fail <= level + three_errors(level));
            assert_true(effect < BUDGET || pass <= 0.025 + three_errors(0.025));
            assert_true(covered >= 0.95 - three_errors(0.95));
        }
}

static void test_normal(void **state)
{
    (void)state;
    check_rates(NOISE_NORMAL, 0);
    check_rates(NOISE_NORMAL, BUDGET / 2);
    check_rates(NOISE_NORMAL, BUDGET);
}

static void test_student_3(void **state)
{
    (void)state;
    check_rates(NOISE_STUDENT_3, 0);
    check_rates(NOISE_STUDENT_3, BUDGET / 2);
    check_rates(NOISE_STUDENT_3, BUDGET);
}

static void test_spikes(void **state)
{
    (void)state;
    check_rates(NOISE_SPIKES, 0);
    check_rates(NOISE_SPIKES, BUDGET / 2);
    check_rates(NOISE_SPIKES, BUDGET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_student_3),
        cmocka_unit_test(test_spikes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
