/* SPDX-License-Identifier: GPL-2.0 */
/* Counters that take turns, on readings such as a machine with fewer counters than events gives. */
#include "tests/unit/blocks.h"

#include "agents/counter_scale.h"

#include <math.h>

static bool advance(struct counter_total *total, uint64_t value, uint64_t enabled_ns, uint64_t running_ns)
{
    const struct counter_reading now = {value, enabled_ns, running_ns};

    return counter_advance(total, &now);
}

static void a_counter_of_its_own_is_taken_as_it_is(void **state)
{
    struct counter_total total = {0};

    (void)state;
    assert_true(advance(&total, 1000, 100000, 100000));
    assert_true(advance(&total, 1500, 200000, 200000));
    assert_close(total.sum, 1500, 0);
}

/*
 * Recorded shape of six events on four counters, read every 250 ms: each runs two thirds of the time. Of the
 * last window by its own share, which is not that of all time.
 */
static void turns_are_scaled_window_by_window(void **state)
{
    static const struct counter_reading recorded[] = {{412034112, 250018433, 166691207},
                                                      {829120871, 500031250, 333370414},
                                                      {1032551209, 750040977, 416702822}};
    struct counter_total total = {0};
    double before;

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        assert_true(counter_advance(&total, &recorded[i]));
    assert_close(total.sum, 829120871 * 1.5, 829120871 * 1e-3);
    before = total.sum;
    assert_true(counter_advance(&total, &recorded[2]));
    assert_close(total.sum - before, 203430338.0 * 250009727 / 83332408, 1);
}

static void what_never_ran_is_not_known(void **state)
{
    struct counter_total total = {0};

    (void)state;
    assert_true(advance(&total, 1000, 1000, 1000));
    assert_false(advance(&total, 1000, 2000, 1000));
    assert_close(total.sum, 1000, 0);
    assert_true(advance(&total, 1100, 3000, 1500)); /* the next window stands on its own */
    assert_close(total.sum, 1200, 1e-9);
}

/* Read in a 6.12 guest after its CPU went offline and came back: the same for ever. */
static void what_stands_is_not_known(void **state)
{
    static const struct counter_reading frozen = {1500, 200000, 200000}, running = {1500, 200001, 200000};
    struct counter_total total = {0};

    (void)state;
    assert_false(counter_stood(&total, &frozen));
    assert_true(counter_advance(&total, &frozen));
    assert_true(counter_stood(&total, &frozen));
    assert_false(counter_advance(&total, &frozen));
    assert_close(total.sum, 1500, 0);
    assert_false(counter_stood(&total, &running)); /* it waits for its turn */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_counter_of_its_own_is_taken_as_it_is),
        cmocka_unit_test(turns_are_scaled_window_by_window),
        cmocka_unit_test(what_never_ran_is_not_known),
        cmocka_unit_test(what_stands_is_not_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
