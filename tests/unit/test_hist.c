/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "base/hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct hist hist, other;

static int clear(void **state)
{
    (void)state;
    hist_reset(&hist);
    hist_reset(&other);
    return 0;
}

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

/* Every value lies in its bucket, and the bucket's middle is within 1 % of it. */
static void test_bucket_error(void **state)
{
    uint64_t random = 1234567;

    (void)state;
    for (int i = 0; i < 1000000; i++) {
        uint64_t value = next_random(&random) >> (64 - 1 - i % HIST_MAX_BITS);
        unsigned bucket = hist_bucket(value);
        double low = (double)hist_bucket_low_ns(bucket), width = (double)hist_bucket_width_ns(bucket);

        assert_true(bucket < HIST_BUCKETS);
        assert_true(low <= (double)value && (double)value < low + width);
        assert_true(value < 256 || width / low <= 0.0079);
        assert_true(value < 256 || fabs(low + width / 2 - (double)value) <= 0.01 * (double)value);
    }
}

/* Neither gap nor overlap from one bucket to the next. */
static void test_buckets_tile(void **state)
{
    (void)state;
    for (unsigned i = 0; i + 1 < HIST_BUCKETS; i++) {
        assert_int_equal(hist_bucket_low_ns(i) + hist_bucket_width_ns(i), hist_bucket_low_ns(i + 1));
        assert_int_equal(hist_bucket(hist_bucket_low_ns(i)), i);
    }
    assert_int_equal(hist_bucket(UINT64_MAX), HIST_BUCKETS - 1);
    assert_int_equal(hist_bucket(UINT64_C(1) << HIST_MAX_BITS), HIST_BUCKETS - 1);
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Against the sorted values themselves, over four powers of ten. */
static void test_quantiles(void **state)
{
    static const double quantiles[] = {0.01, 0.25, 0.5, 0.9, 0.99, 0.999};
    static uint64_t values[100000];
    const size_t count = sizeof(values) / sizeof(values[0]);
    uint64_t random = 42;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        values[i] = (uint64_t)pow(10, 2 + 4.0 * (double)(next_random(&random) % 1000000) / 1e6);
        hist_add(&hist, values[i]);
    }
    qsort(values, count, sizeof(values[0]), by_size);
    for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
        double exact = (double)values[(size_t)(quantiles[i] * (double)count)];

        assert_true(fabs(hist_quantile_ns(&hist, quantiles[i]) / exact - 1) <= 0.01);
    }
    assert_int_equal(hist.min_ns, values[0]);
    assert_int_equal(hist.max_ns, values[count - 1]);
    assert_true(hist_quantile_ns(&hist, 0) >= (double)values[0]);
    assert_true(hist_quantile_ns(&hist, 1) <= (double)values[count - 1]);
}

/* One more call in a hundred that is 1 ns slower moves the median by a part of a nanosecond. */
static void test_interpolation(void **state)
{
    double before;

    (void)state;
    for (int i = 0; i < 1000; i++)
        hist_add(&hist, 160 + (uint64_t)(i % 2));
    before = hist_quantile_ns(&hist, 0.5);
    for (int i = 0; i < 10; i++)
        hist_add(&hist, 161);
    assert_true(hist_quantile_ns(&hist, 0.5) > before);
    assert_true(hist_quantile_ns(&hist, 0.5) < before + 1);
}

static void test_empty(void **state)
{
    (void)state;
    assert_true(isnan(hist_quantile_ns(&hist, 0.5)));
    assert_true(isnan(hist_mean_ns(&hist)));
    assert_false(hist_quantile_supported(&hist, 0.5));
    hist_merge(&hist, &other);
    assert_int_equal(hist.count, 0);
}

static void test_merge(void **state)
{
    static struct hist all;
    uint64_t random = 7;

    (void)state;
    hist_reset(&all);
    for (int i = 0; i < 10000; i++) {
        uint64_t value = next_random(&random) % 1000000;

        hist_add(i % 3 ? &hist : &other, value);
        hist_add(&all, value);
    }
    hist_merge(&hist, &other);
    assert_memory_equal(&hist, &all, sizeof(all));
    hist_reset(&other);
    hist_merge(&other, &all); /* into an empty one: the minimum is not 0 */
    assert_memory_equal(&other, &all, sizeof(all));
}

static void test_mean_is_exact(void **state)
{
    (void)state;
    hist_add(&hist, 1000001);
    hist_add(&hist, 2000002);
    assert_true(hist_mean_ns(&hist) == 1500001.5);
}

static void test_supported(void **state)
{
    (void)state;
    hist.count = 1999;
    assert_false(hist_quantile_supported(&hist, 0.99));
    hist.count = 2001;
    assert_true(hist_quantile_supported(&hist, 0.99));
    assert_false(hist_quantile_supported(&hist, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_bucket_error, clear),  cmocka_unit_test_setup(test_buckets_tile, clear),
        cmocka_unit_test_setup(test_quantiles, clear),     cmocka_unit_test_setup(test_interpolation, clear),
        cmocka_unit_test_setup(test_empty, clear),         cmocka_unit_test_setup(test_merge, clear),
        cmocka_unit_test_setup(test_mean_is_exact, clear), cmocka_unit_test_setup(test_supported, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
