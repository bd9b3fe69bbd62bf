/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "base/random.h"
#include "orchestrator/stats/looks.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static void expect_k(enum look_kind kind, unsigned m, const int *expected, unsigned count)
{
    struct look_plan plan;

    assert_int_equal(look_plan_make(&plan, kind, 0), 0);
    assert_int_equal(plan.count, count);
    for (unsigned look = 0; look < count; look++)
        assert_int_equal(look_k(&plan, look, m), expected[look]);
}

/* The table of docs/method.md. */
static void test_table_of_k(void **state)
{
    (void)state;
    expect_k(LOOKS_DEFAULT, 0, (const int[]){2, 20, 69, 149}, 4);
    expect_k(LOOKS_DEFAULT, 1, (const int[]){2, 20, 69, 149}, 4);
    expect_k(LOOKS_DEFAULT, 2, (const int[]){1, 16, 60, 134}, 4);
    expect_k(LOOKS_DEFAULT, 3, (const int[]){0, 14, 56, 127}, 4);
    expect_k(LOOKS_DEFAULT, 4, (const int[]){0, 13, 53, 122}, 4);
    expect_k(LOOKS_DEFAULT, 8, (const int[]){-1, 10, 47, 111}, 4);
    expect_k(LOOKS_LONG, 1, (const int[]){2, 36, 225, 1119, 3167}, 5);
}

static void expect_count(enum look_kind kind, unsigned max_quads, unsigned count)
{
    struct look_plan plan;

    assert_int_equal(look_plan_make(&plan, kind, max_quads), 0);
    assert_int_equal(plan.count, count);
    assert_int_equal(look_k(&plan, count, 1), -1);
}

static void test_limited_plans(void **state)
{
    (void)state;
    expect_count(LOOKS_DEFAULT, 1, 0);
    expect_count(LOOKS_DEFAULT, 9, 0);
    expect_count(LOOKS_DEFAULT, 10, 1);
    expect_count(LOOKS_DEFAULT, 31, 3);
    expect_count(LOOKS_DEFAULT, 32, 4);
    expect_count(LOOKS_DEFAULT, 1000, 4);
    expect_count(LOOKS_LONG, 79, 3);
    expect_count(LOOKS_LONG, 128, 5);
}

static int compare_sizes(const void *a, const void *b)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);

    return (x > y) - (x < y);
}

/* Sum of the ranks, by size, of the values below zero: the interval lies above zero when it is at most K. */
static int negative_ranks(const double *x, unsigned n)
{
    double sorted[128];
    int sum = 0;

    for (unsigned i = 0; i < n; i++)
        sorted[i] = x[i];
    qsort(sorted, n, sizeof(sorted[0]), compare_sizes);
    for (unsigned i = 0; i < n; i++)
        sum += sorted[i] < 0 ? (int)i + 1 : 0;
    return sum;
}

/* Share of runs without any effect of which some look says that there is one, on one side. */
static double error_of_plan(enum look_kind kind, unsigned m, unsigned trials)
{
    unsigned crossed = 0;
    struct look_plan plan;
    struct random random;
    int k[LOOKS_MAX];

    assert_int_equal(look_plan_make(&plan, kind, 0), 0);
    for (unsigned look = 0; look < plan.count; look++)
        k[look] = look_k(&plan, look, m);
    random_seed(&random, 1);
    for (unsigned trial = 0; trial < trials; trial++) {
        double x[128];
        bool over = false;

        for (unsigned i = 0; i < plan.quads[plan.count - 1]; i++)
            x[i] = random_normal(&random);
        for (unsigned look = 0; look < plan.count && !over; look++)
            over = negative_ranks(x, plan.quads[look]) <= k[look];
        crossed += over;
    }
    return (double)crossed / trials;
}

/* The levels spend the error of 2.5 % a side, nearly all of it: 0.0238 and 0.0247 by longer simulations. */
static void test_error_of_all_looks(void **state)
{
    double usual = error_of_plan(LOOKS_DEFAULT, 1, 60000), extended = error_of_plan(LOOKS_LONG, 1, 30000);

    (void)state;
    print_message("one-sided error %.4f, long %.4f\n", usual, extended);
    assert_true(fabs(usual - 0.0238) < 3 * sqrt(0.0238 / 60000));
    assert_true(fabs(extended - 0.0247) < 3 * sqrt(0.0247 / 30000));
}

/* What budgets that never err together spend, all in all: the run's 2.5 %, no more. */
static void test_error_at_several_budgets(void **state)
{
    static const unsigned budgets[] = {2, 3, 4, 8, 16};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(budgets); i++) {
        double m = budgets[i], error = error_of_plan(LOOKS_DEFAULT, budgets[i], 60000);

        print_message("%g budgets: %g times %.5f = %.4f\n", m, m, error, m * error);
        assert_true(m * error <= 0.025 + 3 * m * sqrt(0.025 / m / 60000));
    }
}

static void test_unknown_kind(void **state)
{
    struct look_plan plan;

    (void)state;
    assert_int_equal(look_plan_make(&plan, (enum look_kind)7, 0), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_of_k),         cmocka_unit_test(test_limited_plans),
        cmocka_unit_test(test_error_of_all_looks), cmocka_unit_test(test_error_at_several_budgets),
        cmocka_unit_test(test_unknown_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
