/* SPDX-License-Identifier: GPL-2.0 */
/* Events that got lost make a row of them no figure. */
#include "tests/unit/unit.h"
#include "orchestrator/micro/event_loss.h"

#include <string.h>

static void test_lost(void **state)
{
    struct micro_result few = {.status = ROW_MEASURED}, many = few, all = few;

    (void)state;
    event_loss_judge(9900, 10000, &few);
    event_loss_judge(7500, 10000, &many);
    event_loss_judge(0, 10000, &all);
    assert_int_equal(few.status, ROW_MEASURED);
    assert_string_equal(few.reason, "");
    assert_int_equal(many.status, ROW_UNTRUSTWORTHY);
    assert_non_null(strstr(many.reason, "25 % of the events were lost"));
    assert_int_equal(all.status, ROW_UNTRUSTWORTHY);
    assert_non_null(strstr(all.reason, "100 %"));
}

static void test_share(void **state)
{
    (void)state;
    assert_true(event_lost_share(75, 100) == 0.25);
    assert_true(event_lost_share(101, 100) == 0);
    assert_true(event_lost_share(0, 0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_share),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
