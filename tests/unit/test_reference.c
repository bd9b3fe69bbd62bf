/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "base/clock.h"
#include "workloads/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct reference_sums sums;

static int clear(void **state)
{
    (void)state;
    memset(&sums, 0, sizeof(sums));
    return 0;
}

static void test_off(void **state)
{
    struct reference reference;
    struct values values = {0};

    (void)state;
    assert_int_equal(reference_prepare(&reference, false), 0);
    assert_int_equal(reference.due_ns, UINT64_MAX);
    assert_false(reference_fits(&reference, UINT64_MAX - 1, UINT64_MAX));
    assert_int_equal(reference_values(&sums, &values), 0);
    assert_int_equal(values.count, 0);
}

/* Each kind has its turn; each burst is timed and leaves something to divide by. */
static void test_bursts(void **state)
{
    struct reference reference;
    struct values values = {0};
    uint64_t end_ns = 0;

    (void)state;
    assert_int_equal(reference_prepare(&reference, true), 0);
    for (int i = 0; i < 12; i++) {
        uint64_t now_ns = reference_burst(&reference, &sums);

        assert_true(now_ns > end_ns && reference.due_ns > now_ns);
        assert_true(reference.due_ns <= now_ns + REFERENCE_CADENCE_NS);
        end_ns = now_ns;
    }
    assert_int_equal(reference_values(&sums, &values), 0);
    assert_true(values_or_nan(&values, "ref.bursts") == 12);
    assert_true(values_or_nan(&values, "ref.total_ns") == (double)sums.total_ns);
    assert_true(values_or_nan(&values, "ref.icache.ns") > 0);
    assert_true(values_or_nan(&values, "ref.icache.count") > 0);
    assert_true(values_or_nan(&values, "ref.l1.count") > 0);
    assert_true(values_or_nan(&values, "ref.walk.count") > 0);
    values_free(&values);
    for (int i = 0; i < REFERENCE_KINDS_MAX; i++)
        free(reference.kinds[i]);
}

/* A burst in which the thread was preempted does not count, at whatever place it stands. */
static void test_middle_half(void **state)
{
    static const uint32_t bursts_ns[] = {100, 5000000, 102, 98, 101, 99, 103, 1};
    struct values values = {0};
    double count;

    (void)state;
    sums.bursts = sums.kinds[0].bursts = 8;
    memcpy(sums.kinds[0].burst_ns, bursts_ns, sizeof(bursts_ns));
    assert_int_equal(reference_values(&sums, &values), 0);
    count = values_or_nan(&values, "ref.icache.count");
    assert_true(values_or_nan(&values, "ref.icache.ns") == 99 + 100 + 101 + 102);
    assert_true(count > 0 && fmod(count, 4) == 0);
    assert_true(isnan(values_or_nan(&values, "ref.l1.ns"))); /* had no burst: unknown, not 0 */
    values_free(&values);
}

/* More bursts than there is room for: the last ones. */
static void test_long_window(void **state)
{
    struct values values = {0};

    (void)state;
    sums.bursts = sums.kinds[0].bursts = 10 * REFERENCE_BURSTS_MAX + 3;
    for (int i = 0; i < REFERENCE_BURSTS_MAX; i++)
        sums.kinds[0].burst_ns[i] = 7;
    assert_int_equal(reference_values(&sums, &values), 0);
    assert_true(values_or_nan(&values, "ref.icache.ns") == 7.0 * REFERENCE_BURSTS_MAX / 2);
    values_free(&values);
}

/* In an open loop: only when it is time, and nothing else is due before it would be over. */
static void test_fits(void **state)
{
    struct reference reference = {.on = true, .due_ns = 1000, .cost_ns = {400}};

    (void)state;
    assert_false(reference_fits(&reference, 999, 9999));
    assert_false(reference_fits(&reference, 1000, 1500));
    assert_true(reference_fits(&reference, 1000, 1501));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_off, clear),         cmocka_unit_test_setup(test_bursts, clear),
        cmocka_unit_test_setup(test_middle_half, clear), cmocka_unit_test_setup(test_long_window, clear),
        cmocka_unit_test_setup(test_fits, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
