/* SPDX-License-Identifier: GPL-2.0 */
#include "base/random.h"
#include "orchestrator/stats/estimate.h"
#include "orchestrator/stats/looks.h"
#include "orchestrator/stats/select.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>

/*
 * By hand: 1, 2, 4 have the Walsh averages 1, 1.5, 2, 2.5, 3, 4; their median is 2.25. With k = 0 the
 * interval is [1, 4], with k = 1 [1.5, 3], with k = 2 [2, 2.5]; k = 3 would leave nothing.
 */
static void test_three_by_hand(void **state)
{
    const double x[] = {4, 1, 2};
    struct interval interval;

    (void)state;
    assert_int_equal(hodges_lehmann(x, 3, -1, &interval), 0);
    assert_true(interval.estimate == 2.25 && interval.low == -INFINITY && interval.high == INFINITY);
    assert_int_equal(hodges_lehmann(x, 3, 0, &interval), 0);
    assert_true(interval.estimate == 2.25 && interval.low == 1 && interval.high == 4);
    assert_int_equal(hodges_lehmann(x, 3, 1, &interval), 0);
    assert_true(interval.low == 1.5 && interval.high == 3);
    assert_int_equal(hodges_lehmann(x, 3, 2, &interval), 0);
    assert_true(interval.low == 2 && interval.high == 2.5);
    assert_int_equal(hodges_lehmann(x, 3, 3, &interval), -EINVAL);
}

static void test_single_and_bad_input(void **state)
{
    const double one[] = {7}, nan[] = {1, NAN}, both[] = {INFINITY, -INFINITY}, worse[] = {1, 2, INFINITY};
    struct interval interval = {1, 2, 3};

    (void)state;
    assert_int_equal(hodges_lehmann(one, 0, -1, &interval), -EINVAL);
    assert_int_equal(hodges_lehmann(nan, 2, -1, &interval), -EINVAL);
    assert_int_equal(hodges_lehmann(both, 2, -1, &interval), -EINVAL);
    assert_int_equal(hodges_lehmann(one, ESTIMATE_MAX + 1, -1, &interval), -EINVAL);
    assert_true(interval.estimate == 1 && interval.low == 2 && interval.high == 3);
    assert_int_equal(hodges_lehmann(one, 1, 0, &interval), 0);
    assert_true(interval.estimate == 7 && interval.low == 7 && interval.high == 7);
    /* Averages 1, 1.5, 2 and three infinite ones. */
    assert_int_equal(hodges_lehmann(worse, 3, 1, &interval), 0);
    assert_true(interval.low == 1.5 && interval.high == INFINITY && interval.estimate == INFINITY);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void test_selection_against_sorting(void **state)
{
    double nothing[] = {NAN, NAN, NAN};
    struct random random;

    (void)state;
    random_seed(&random, 3);
    for (unsigned trial = 0; trial < 2000; trial++) {
        unsigned n = 1 + (unsigned)(random_u64(&random) % 40), rank = (unsigned)(random_u64(&random) % n);
        double a[40], sorted[40];

        for (unsigned i = 0; i < n; i++) /* few different values: ties */
            a[i] = sorted[i] = (double)(random_u64(&random) % (trial % 2 ? 5 : 1000));
        qsort(sorted, n, sizeof(sorted[0]), compare);
        assert_true(select_rank(a, n, rank) == sorted[rank]);
        assert_true(select_median(a, n) == (sorted[n / 2] + sorted[(n - 1) / 2]) / 2);
    }
    assert_true(isnan(select_median(NULL, 0)));
    assert_true(isnan(select_median(nothing, 3))); /* and ends */
}

static void test_interval_against_sorting(void **state)
{
    const unsigned sizes[] = {4, 10, 16, 24, 32, 128};
    struct random random;

    (void)state;
    random_seed(&random, 4);
    for (unsigned s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        unsigned n = sizes[s], count = 0, total = n * (n + 1) / 2;
        double x[ESTIMATE_MAX], walsh[ESTIMATE_MAX * (ESTIMATE_MAX + 1) / 2];
        struct interval interval;

        for (unsigned i = 0; i < n; i++)
            x[i] = random_normal(&random);
        for (unsigned i = 0; i < n; i++)
            for (unsigned j = 0; j <= i; j++)
                walsh[count++] = (x[i] + x[j]) / 2;
        qsort(walsh, count, sizeof(walsh[0]), compare);
        for (unsigned k = 0; k < (total + 1) / 2; k += 1 + k / 3) {
            assert_int_equal(hodges_lehmann(x, n, (int)k, &interval), 0);
            assert_true(interval.estimate == (walsh[total / 2] + walsh[(total - 1) / 2]) / 2);
            assert_true(interval.low == walsh[k] && interval.high == walsh[total - 1 - k]);
        }
    }
}

/*
 * All 2^10 patterns of signs of ten magnitudes without ties are equally likely under symmetry about zero. The
 * interval misses zero above in exactly as many as have W <= K, and below in as many: no more, no fewer.
 */
static void test_all_sign_patterns(void **state)
{
    const double size[10] = {0.11, 0.23, 0.37, 0.52, 0.71, 0.97, 1.3, 1.9, 3.3, 17};

    (void)state;
    for (int k = 0; k <= 27; k++) {
        unsigned above = 0, below = 0;

        for (unsigned signs = 0; signs < 1024; signs++) {
            struct interval interval;
            double x[10];

            for (unsigned i = 0; i < 10; i++)
                x[i] = signs >> i & 1 ? size[i] : -size[i];
            assert_int_equal(hodges_lehmann(x, 10, k, &interval), 0);
            above += interval.low > 0;
            below += interval.high < 0;
        }
        assert_true(above / 1024.0 == signed_rank_cdf(10, (unsigned)k));
        assert_true(below == above);
    }
}

/* By hand: 2, 4, 4, 4, 5, 5, 7, 9 have the mean 5 and the sum of squares 32, so sd = sqrt(32 / 7). */
static void test_mean_and_t(void **state)
{
    const double x[] = {2, 4, 4, 4, 5, 5, 7, 9}, infinite[] = {1, INFINITY};
    double half = 2.364624 * sqrt(32.0 / 7 / 8); /* t(0.975, 7) of the printed tables */
    struct interval interval = t_interval(x, 8, 0.95);

    (void)state;
    assert_true(sample_mean(x, 8) == 5 && fabs(sample_sd(x, 8) - sqrt(32.0 / 7)) < 1e-15);
    assert_true(interval.estimate == 5 && fabs(interval.low - (5 - half)) < 1e-6);
    assert_true(fabs(interval.high - (5 + half)) < 1e-6 &&
                fabs(mean_upper_t(x, 8, 0.975) - (5 + half)) < 1e-6);
    assert_true(isnan(sample_mean(x, 0)) && isnan(sample_sd(x, 1)));
    assert_true(mean_upper_t(x, 1, 0.975) == INFINITY && mean_upper_t(infinite, 2, 0.975) == INFINITY);
    interval = t_interval(x, 1, 0.95);
    assert_true(interval.estimate == 2 && interval.low == -INFINITY && interval.high == INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_by_hand),
        cmocka_unit_test(test_single_and_bad_input),
        cmocka_unit_test(test_selection_against_sorting),
        cmocka_unit_test(test_interval_against_sorting),
        cmocka_unit_test(test_all_sign_patterns),
        cmocka_unit_test(test_mean_and_t),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
