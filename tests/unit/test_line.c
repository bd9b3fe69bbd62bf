/* SPDX-License-Identifier: GPL-2.0 */
/* The weighted straight line: by hand, and its coverage where points scatter as they say, and more. */
#include "tests/unit/unit.h"
#include "base/cleanup.h"
#include "base/random.h"
#include "orchestrator/stats/line.h"

#include <errno.h>
#include <math.h>

#define TRIALS 20000

/* Two points: the line through both; variances add. */
static void test_two_points(void **state)
{
    const struct line_point points[] = {{0, 1, 3, 0}, {10, 21, 4, 0}};
    struct interval slope;

    (void)state;
    assert_int_equal(line_slope(points, 2, LINE_BY_X, &slope), 0);
    assert_true(fabs(slope.estimate - 2) < 1e-12);
    assert_true(fabs(slope.high - 2 - 1.959964 * 5 / 10) < 1e-5);
    assert_true(fabs(slope.low + slope.high - 4) < 1e-12);
}

/* x = 0, 1, 2 with y = 0, 3, 0, errors of 1: slope 0, sum of squares 6 with one to spare; t(0.975, 1)
 * = 12.706 */
static void test_points_that_disagree(void **state)
{
    const struct line_point points[] = {{0, 0, 1, 0}, {1, 3, 1, 0}, {2, 0, 1, 0}};
    struct interval slope;

    (void)state;
    assert_int_equal(line_slope(points, 3, LINE_BY_X, &slope), 0);
    assert_true(fabs(slope.estimate) < 1e-12);
    assert_true(fabs(slope.high - 12.7062 * sqrt(6.0 / 2)) < 1e-3);
}

/* A point known ten times better counts a hundred times as much. */
static void test_weights(void **state)
{
    const struct line_point points[] = {{0, 0, 0.001, 0}, {1, 1, 1, 0}, {1, 2, 0.1, 0}};
    struct interval slope;

    (void)state;
    assert_int_equal(line_slope(points, 3, LINE_BY_X, &slope), 0);
    assert_true(fabs(slope.estimate - 201.0 / 101) < 1e-4);
}

/* y = 5 + 2 x + 3 beside, to the digit: the slope on x alone would be another. */
static void test_beside(void **state)
{
    const struct line_point points[] = {
        {0, 8, 1, 1}, {1, 7, 2, 0}, {0, 14, 3, 3}, {1, 13, 4, 2}, {2, 21, 1, 4}};
    struct interval slope;

    (void)state;
    assert_int_equal(line_slope(points, 5, LINE_BY_X_AND_BESIDE, &slope), 0);
    assert_true(fabs(slope.estimate - 2) < 1e-9);
    assert_int_equal(line_slope(points, 5, LINE_BY_X, &slope), 0);
    assert_true(fabs(slope.estimate - 2) > 1);
}

static void test_refused(void **state)
{
    const struct line_point same[] = {{1, 1, 1, 0}, {1, 2, 1, 1}}, sure[] = {{0, 1, 0, 0}, {1, 2, 1, 0}},
                            unknown[] = {{0, NAN, 1, 0}, {1, 2, 1, 0}},
                            alike[] = {{0, 1, 1, 5}, {1, 2, 1, 7}, {2, 4, 1, 9}};
    struct interval slope;

    (void)state;
    assert_int_equal(line_slope(same, 2, LINE_BY_X, &slope), -EINVAL);
    assert_int_equal(line_slope(same, 1, LINE_BY_X, &slope), -EINVAL);
    assert_int_equal(line_slope(sure, 2, LINE_BY_X, &slope), -EINVAL);
    assert_int_equal(line_slope(unknown, 2, LINE_BY_X, &slope), -EINVAL);
    assert_int_equal(line_slope(alike, 3, LINE_BY_X_AND_BESIDE, &slope), -EINVAL);
    assert_int_equal(line_slope(alike, 2, LINE_BY_X_AND_BESIDE, &slope), -EINVAL);
    assert_int_equal(line_slope(sure, LINE_POINTS_MAX + 1, LINE_BY_X, &slope), -EINVAL);
}

/* Share of trials whose interval holds the slope; points scatter `excess` times as much as they say, and
 * follow the machine's mood where that is known. */
static double coverage(double excess, enum line_explained_by explained_by)
{
    struct random random;
    unsigned held = 0;

    random_seed(&random, 20261126);
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        struct line_point points[8];
        struct interval slope;

        for (unsigned i = 0; i < 8; i++) {
            double error = i % 2 ? 30 : 10, mood = explained_by == LINE_BY_X ? 0 : random_normal(&random);

            points[i] =
                (struct line_point){i % 2 * 1000.0, 250 + 70 * mood + excess * error * random_normal(&random),
                                    error, 1100 + 100 * mood};
        }
        assert_int_equal(line_slope(points, 8, explained_by, &slope), 0);
        held += slope.low <= 0 && 0 <= slope.high;
    }
    return (double)held / TRIALS;
}

/* Pairs are added until the interval is narrow enough, as the selfcheck does: what that costs in coverage. */
static double coverage_of_stopping(double excess)
{
    struct random random;
    unsigned held = 0;

    random_seed(&random, 20261127);
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        struct line_point points[28];
        struct interval slope = interval_unknown();

        for (unsigned i = 0; i < ARRAY_SIZE(points); i++) {
            double error = 10 + 20 * random_uniform(&random), mood = random_normal(&random);

            points[i] =
                (struct line_point){i % 2 * 1000.0, 250 + 70 * mood + excess * error * random_normal(&random),
                                    error, 1100 + 100 * mood};
            if (i % 2 == 0 || i + 1 < 8)
                continue;
            assert_int_equal(line_slope(points, i + 1, LINE_BY_X_AND_BESIDE, &slope), 0);
            if (slope.high - slope.low <= 0.03)
                break;
        }
        held += slope.low <= 0 && 0 <= slope.high;
    }
    return (double)held / TRIALS;
}

static void test_coverage_of_stopping(void **state)
{
    double plain = coverage_of_stopping(1), scattered = coverage_of_stopping(1.5);

    (void)state;
    print_message("stopping at a width: %.4f; points that scatter half as much again: %.4f\n", plain,
                  scattered);
    assert_true(plain >= 0.93 && scattered >= 0.90);
}

static void test_coverage(void **state)
{
    (void)state;
    assert_true(coverage(1, LINE_BY_X) >= 0.945);
    assert_true(coverage(3, LINE_BY_X) >= 0.945);
    assert_true(coverage(1, LINE_BY_X_AND_BESIDE) >= 0.945);
    assert_true(coverage(3, LINE_BY_X_AND_BESIDE) >= 0.945);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_points),
        cmocka_unit_test(test_points_that_disagree),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_beside),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_coverage_of_stopping),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
