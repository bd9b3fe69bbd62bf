/* SPDX-License-Identifier: GPL-2.0 */
#include "base/random.h"
#include "orchestrator/stats/regression.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>

static void add_row(struct regression *data, double y, double first, double second)
{
    data->x[data->rows][0] = first;
    data->x[data->rows][1] = second;
    data->y[data->rows++] = y;
}

/*
 * By hand: y = 2x off by 1 and by -1 in turn. Sum of xy is 12, of squares 6: slope 2. The median residual is
 * 1, so Huber's limit is 1.345 * 1.4826 and no row loses weight. Ridge: 1 * (6 / 5) / 24 = 1/20; 12 / (6 *
 * 21/20) = 40/21.
 */
static void test_one_column_by_hand(void **state)
{
    struct regression data = {.columns = 1};
    double slope;

    (void)state;
    for (int i = 0; i < 3; i++) {
        add_row(&data, 3, 1, 0);
        add_row(&data, -1, -1, 0);
    }
    assert_int_equal(regression_fit(&data, &slope), 0);
    assert_true(fabs(slope - 40.0 / 21) < 1e-7);
}

/* Where most rows agree exactly, the others have no say. */
static void test_exact_majority(void **state)
{
    struct regression data = {.columns = 1};
    double slope;

    (void)state;
    for (int i = 0; i < 7; i++)
        add_row(&data, i == 3 ? 40 : 2 * i, i, 0);
    assert_int_equal(regression_fit(&data, &slope), 0);
    assert_true(fabs(slope - 2) < 1e-4);
}

static void test_exact_relation(void **state)
{
    struct regression data = {.columns = 2};
    double slopes[2];

    (void)state;
    for (int i = 0; i < 8; i++)
        add_row(&data, 1.5 * (i % 3 - 1) - 0.5 * (i % 5 - 2), i % 3 - 1, i % 5 - 2);
    assert_int_equal(regression_fit(&data, slopes), 0);
    assert_true(fabs(slopes[0] - 1.5) < 1e-6 && fabs(slopes[1] + 0.5) < 1e-6);
}

/* Rows y = x + noise, and a second column that is a copy of the first, nothing, or noise of its own. */
static struct regression noisy_rows(struct random *random, unsigned rows, double noise, double copy)
{
    struct regression data = {.columns = 2};

    for (unsigned i = 0; i < rows; i++) {
        double x = random_normal(random);

        add_row(&data, x + noise * random_normal(random), x, copy * x);
    }
    return data;
}

/* Copies of one column share its slope; a column of zeros takes nothing. */
static void test_collinear_columns(void **state)
{
    struct regression data;
    struct random random;
    double slopes[2];

    (void)state;
    random_seed(&random, 11);
    data = noisy_rows(&random, 40, 0.1, 1);
    assert_int_equal(regression_fit(&data, slopes), 0);
    assert_true(fabs(slopes[0] + slopes[1] - 1) < 0.06 && fabs(slopes[0] - slopes[1]) < 0.01);
    data = noisy_rows(&random, 40, 0.1, 0);
    assert_int_equal(regression_fit(&data, slopes), 0);
    assert_true(fabs(slopes[0] - 1) < 0.06 && slopes[1] == 0);
}

/* One spike of fifty standard deviations would move the least-squares slope by about 1.5. */
static void test_one_spike(void **state)
{
    struct regression data;
    struct random random;
    double slopes[2];

    (void)state;
    random_seed(&random, 12);
    data = noisy_rows(&random, 64, 0.1, 0);
    data.x[7][0] = 2;
    data.y[7] = 52;
    assert_int_equal(regression_fit(&data, slopes), 0);
    assert_true(fabs(slopes[0] - 1) < 0.15);
}

/* Shrinkage: worthless columns lose much of their slope, good ones next to nothing (root mean squares). */
static void test_shrinkage(void **state)
{
    double worthless = 0, good = 0,
           unshrunk = 1.0 / (20 - 2); /* variance of a least-squares slope, sd 1 over sd 1 */
    struct random random;

    (void)state;
    random_seed(&random, 13);
    for (unsigned trial = 0; trial < 1000; trial++) {
        struct regression data = noisy_rows(&random, 20, 0.1, 0);
        double slopes[2];

        data.columns = 1;
        assert_int_equal(regression_fit(&data, slopes), 0);
        good += slopes[0] / 1000;
        for (unsigned i = 0; i < 20; i++)
            data.y[i] = random_normal(&random);
        assert_int_equal(regression_fit(&data, slopes), 0);
        worthless += slopes[0] * slopes[0] / 1000;
    }
    assert_true(good > 0.99 && good < 1.001);
    assert_true(worthless < 0.75 * unshrunk);
}

static void test_too_few_or_too_many(void **state)
{
    static struct regression data = {.columns = 2};
    double slopes[2] = {7, 7};

    (void)state;
    for (int i = 0; i < 5; i++)
        add_row(&data, i, i, -i);
    assert_int_equal(regression_fit(&data, slopes), -ENODATA);
    assert_true(slopes[0] == 0 && slopes[1] == 0);
    data.rows = REGRESSION_ROWS_MAX + 1;
    assert_int_equal(regression_fit(&data, slopes), -EINVAL);
    data.rows = 10;
    data.columns = REGRESSION_COLUMNS_MAX + 1;
    assert_int_equal(regression_fit(&data, slopes), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_column_by_hand),  cmocka_unit_test(test_exact_majority),
        cmocka_unit_test(test_exact_relation),      cmocka_unit_test(test_collinear_columns),
        cmocka_unit_test(test_one_spike),           cmocka_unit_test(test_shrinkage),
        cmocka_unit_test(test_too_few_or_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
