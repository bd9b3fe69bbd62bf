/* SPDX-License-Identifier: GPL-2.0 */
/* Both sides of the shared memory in one thread: what counts where when windows change. */
#include "tests/unit/unit.h"
#include "workloads/recorder.h"

#include <string.h>

static struct recorder_shared shared;
static struct recorder recorder;

static int prepare(void **state)
{
    (void)state;
    memset(&shared, 0, sizeof(shared));
    return recorder_prepare(&recorder, &shared, false);
}

static void request(void)
{
    uint32_t number = shared.requested + 1;

    memset(&shared.windows[number % 2], 0, sizeof(shared.windows[0]));
    shared.requested = number;
}

static void test_nothing_requested(void **state)
{
    (void)state;
    assert_int_equal(recorder_between(&recorder, 1000), 1000);
    assert_int_equal(shared.acknowledged, 0);
    assert_ptr_equal(recorder.window, &shared.windows[0]);
}

static void test_switch(void **state)
{
    (void)state;
    recorder_add(&recorder, 10, 64);
    request();
    recorder_add(&recorder, 20, 64); /* under way: ends before the request is noticed */
    recorder_between(&recorder, 5000);
    assert_int_equal(shared.acknowledged, 1);
    assert_int_equal(shared.windows[0].ops, 2);
    assert_int_equal(shared.windows[0].bytes, 128);
    assert_int_equal(shared.windows[0].end_ns, 5000);
    assert_int_equal(shared.windows[1].start_ns, 5000);
    recorder_add(&recorder, 30, 64);
    request();
    recorder_between(&recorder, 9000);
    assert_int_equal(shared.windows[1].ops, 1);
    assert_int_equal(shared.windows[1].latency.sum_ns, 30);
    assert_int_equal(shared.windows[1].end_ns - shared.windows[1].start_ns, 4000);
    assert_int_equal(shared.windows[0].ops, 0); /* cleared for its next turn */
    assert_int_equal(shared.windows[0].start_ns, 9000);
}

static void test_timer_is_subtracted(void **state)
{
    (void)state;
    recorder.timer_ns = 25;
    recorder_add(&recorder, 185, 0);
    recorder_add(&recorder, 20, 0);
    assert_int_equal(shared.windows[0].latency.sum_ns, 160);
    assert_int_equal(shared.windows[0].latency.min_ns, 0);
}

/* Without a request a slow operation is left alone. */
static void test_slow(void **state)
{
    (void)state;
    assert_int_equal(recorder_hanging(&recorder, 1000), 1000);
    assert_int_equal(shared.windows[0].failed, 0);
}

static void test_hanging(void **state)
{
    uint64_t start_ns = clock_now_ns() - 7 * NS_PER_MS, again_ns;

    (void)state;
    request();
    again_ns = recorder_hanging(&recorder, start_ns);
    assert_int_equal(shared.acknowledged, 1);
    assert_int_equal(shared.windows[0].failed, 1);
    assert_int_equal(shared.windows[0].ops, 0);
    assert_int_equal(shared.windows[0].latency.count, 1);
    assert_true(shared.windows[0].latency.min_ns >= 7 * NS_PER_MS);
    assert_int_equal(again_ns, shared.windows[1].start_ns); /* in the new window it has no past */
    assert_int_equal(shared.windows[0].latency.sum_ns, again_ns - start_ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_nothing_requested, prepare),
        cmocka_unit_test_setup(test_switch, prepare),
        cmocka_unit_test_setup(test_timer_is_subtracted, prepare),
        cmocka_unit_test_setup(test_slow, prepare),
        cmocka_unit_test_setup(test_hanging, prepare),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
