/* SPDX-License-Identifier: GPL-2.0 */
/* A row of all CPUs, where one of them has left. */
#include "tests/unit/unit.h"
#include "orchestrator/micro/contenders.h"

#include <errno.h>

static void test_contender_left(void **state)
{
    struct contenders contenders = {.count = 2, .each = {{.cpu = 0}, {.cpu = 3}}};
    struct micro_result fine = {.status = ROW_MEASURED}, left = fine;

    (void)state;
    contenders_judge(&contenders, &fine);
    contenders.each[1].failed = -ENOBUFS;
    contenders_judge(&contenders, &left);
    assert_int_equal(fine.status, ROW_MEASURED);
    assert_int_equal(left.status, ROW_UNTRUSTWORTHY);
    assert_string_equal(left.reason, "CPU 3 has left off: events found no room in their buffer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contender_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
