/* SPDX-License-Identifier: GPL-2.0 */
/* One figure from several: by hand, and its coverage where they scatter as they say, and more. */
#include "tests/unit/unit.h"
#include "base/cleanup.h"
#include "base/random.h"
#include "orchestrator/stats/pooled.h"

#include <errno.h>
#include <math.h>

#define TRIALS (20000 / TRIALS_DIVIDED)

static void test_weights(void **state)
{
    const double figures[] = {1, 2}, errors[] = {0.3, 0.1}, same[] = {1, 1}, equal[] = {2, 2};
    struct interval mean;

    (void)state;
    assert_int_equal(pooled_mean(same, equal, 2, &mean), 0);
    assert_true(fabs(mean.estimate - 1) < 1e-12);
    assert_true(fabs(mean.high - 1 - 1.959964 * 2 / sqrt(2)) < 1e-5);
    assert_int_equal(pooled_mean(figures, errors, 2, &mean), 0);
    assert_true(fabs(mean.estimate - 1.9) < 1e-12); /* nine times the weight */
    assert_true(fabs(mean.low + mean.high - 3.8) < 1e-12);
}

/* 0, 3, 0 with errors of 1: mean 1, sum of squares 6 with two to spare; t(0.975, 2) = 4.3027 */
static void test_figures_that_disagree(void **state)
{
    const double figures[] = {0, 3, 0}, errors[] = {1, 1, 1};
    struct interval mean;

    (void)state;
    assert_int_equal(pooled_mean(figures, errors, 3, &mean), 0);
    assert_true(fabs(mean.estimate - 1) < 1e-12);
    assert_true(fabs(mean.high - 1 - 4.30265 * sqrt(3.0 / 3)) < 1e-3);
}

static void test_refused(void **state)
{
    const double figures[] = {1, 2}, sure[] = {1, 0}, unknown[] = {1, NAN};
    struct interval mean;

    (void)state;
    assert_int_equal(pooled_mean(figures, figures, 0, &mean), -EINVAL);
    assert_int_equal(pooled_mean(figures, sure, 2, &mean), -EINVAL);
    assert_int_equal(pooled_mean(unknown, figures, 2, &mean), -EINVAL);
}

/* Figures are added until the interval is narrow enough, as the selfcheck does: what that costs in coverage.
 */
static double coverage(unsigned least, unsigned most, double excess)
{
    struct random random;
    unsigned held = 0;

    random_seed(&random, 20261127);
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        double figures[16], errors[16];
        struct interval mean = interval_unknown();

        for (unsigned i = 0; i < most; i++) {
            errors[i] = 0.01 + 0.02 * random_uniform(&random);
            figures[i] = 1 + excess * errors[i] * random_normal(&random);
            if (i + 1 < least)
                continue;
            assert_int_equal(pooled_mean(figures, errors, i + 1, &mean), 0);
            if (mean.high - mean.low <= 0.03)
                break;
        }
        held += mean.low <= 1 && 1 <= mean.high;
    }
    return (double)held / TRIALS;
}

static void test_coverage(void **state)
{
    double fixed = coverage(8, 8, 1), scattered = coverage(8, 8, 3), stopped = coverage(3, 10, 1),
           stopped_scattered = coverage(3, 10, 1.5);

    (void)state;
    print_message("eight: %.4f, that scatter three times as much: %.4f; stopping at a width: %.4f, %.4f\n",
                  fixed, scattered, stopped, stopped_scattered);
    assert_true(fixed >= 0.945 && scattered >= 0.945);
    assert_true(stopped >= 0.93 && stopped_scattered >= 0.90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_figures_that_disagree),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_coverage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
