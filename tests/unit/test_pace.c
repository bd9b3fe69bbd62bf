/* SPDX-License-Identifier: GPL-2.0 */
/* What a paced load has not got done when a window ends. Bounds are by the clock around it: pauses are fine.
 */
#include "tests/unit/unit.h"
#include "workloads/pace.h"

#include <string.h>

#define PER_SECOND 1000
#define BEHIND_NS  NS_PER_SECOND

static struct recorder_shared shared;
static struct recorder recorder;
static struct pace pace;

/* A load that has done nothing for a second. */
static int prepare(void **state)
{
    (void)state;
    memset(&shared, 0, sizeof(shared));
    pace_begin(&pace, PER_SECOND);
    pace.begun_ns = clock_now_ns() - BEHIND_NS;
    return recorder_prepare(&recorder, &shared, false);
}

static void request(void)
{
    uint32_t number = shared.requested + 1;

    memset(&shared.windows[number % 2], 0, sizeof(shared.windows[0]));
    shared.requested = number;
}

static uint64_t late_at(uint64_t now_ns)
{
    return pace_intended(&pace, now_ns - pace.grace_ns);
}

static void within_a_window_all_is_caught_up_with(void **state)
{
    (void)state;
    pace_wait(&pace, &recorder);
    assert_int_equal(pace.begun, 0);
    assert_int_equal(pace_due_ns(&pace), pace.begun_ns);
    assert_int_equal(shared.windows[0].failed, 0);
}

static void what_a_window_leaves_undone_has_failed_in_it(void **state)
{
    const struct recorder_window *old = &shared.windows[0], *new = &shared.windows[1];
    uint64_t before_ns, now_ns;

    (void)state;
    pace.begun = 10; /* these were done */
    request();
    before_ns = clock_now_ns();
    now_ns = pace_wait(&pace, &recorder);
    assert_int_equal(shared.acknowledged, 1);
    assert_in_range(pace.begun, late_at(before_ns), late_at(now_ns));
    assert_true(pace_due_ns(&pace) > before_ns - pace.grace_ns);
    assert_int_equal(old->failed, pace.begun - 10);
    assert_int_equal(old->latency.count, old->failed);
    assert_true(old->latency.min_ns + 1 >= pace.grace_ns); /* 1: both times are rounded */
    assert_true(old->latency.max_ns >= BEHIND_NS - 10 * NS_PER_SECOND / PER_SECOND);
    assert_int_equal(old->offered, pace.counted); /* nothing is taken off what was asked of it */
    assert_in_range(old->offered, PER_SECOND, pace_intended(&pace, now_ns));
    assert_int_equal(new->failed, 0);
}

/* Late by less than the grace: it is done, and counts in the window in which it ends. */
static void what_is_hardly_late_is_done(void **state)
{
    (void)state;
    pace.grace_ns = NS_PER_SECOND * 3600; /* even on a machine that is younger */
    request();
    pace_wait(&pace, &recorder);
    assert_int_equal(shared.acknowledged, 1);
    assert_int_equal(pace.begun, 0);
    assert_int_equal(shared.windows[0].failed, 0);
    assert_true(shared.windows[0].offered >= PER_SECOND);
}

static void a_load_without_latencies_gets_none(void **state)
{
    (void)state;
    pace.untimed = true;
    request();
    pace_wait(&pace, &recorder);
    assert_true(shared.windows[0].failed > 0);
    assert_int_equal(shared.windows[0].latency.count, 0);
}

/* The operation under way fails as in a closed loop, and those behind it are given up as well. */
static void what_waits_behind_a_hanging_operation_is_given_up(void **state)
{
    uint64_t due_ns = pace_due_ns(&pace), again_ns;

    (void)state;
    pace.begun = 1;
    assert_int_equal(pace_hanging(&pace, &recorder, due_ns), due_ns);
    assert_int_equal(shared.windows[0].failed, 0);
    request();
    again_ns = pace_hanging(&pace, &recorder, due_ns);
    assert_int_equal(again_ns, shared.windows[1].start_ns);
    assert_int_equal(shared.acknowledged, 1);
    assert_int_equal(pace.begun, late_at(again_ns));
    assert_int_equal(shared.windows[0].failed, pace.begun); /* the hanging one and those begun since */
    assert_int_equal(shared.windows[0].offered, pace_intended(&pace, again_ns));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(within_a_window_all_is_caught_up_with, prepare),
        cmocka_unit_test_setup(what_a_window_leaves_undone_has_failed_in_it, prepare),
        cmocka_unit_test_setup(what_is_hardly_late_is_done, prepare),
        cmocka_unit_test_setup(a_load_without_latencies_gets_none, prepare),
        cmocka_unit_test_setup(what_waits_behind_a_hanging_operation_is_given_up, prepare),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
