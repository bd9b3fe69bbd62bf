/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"

#include "agents/fdinfo.h"

#include <stddef.h>

static const char of_a_link[] = "pos:\t0\nlink_type:\tperf\nlink_id:\t7\nprog_tag:\tab\nprog_id:\t42\n";

static void ids_are_read(void **state)
{
    (void)state;
    assert_int_equal(fdinfo_id(of_a_link, "link_id"), 7);
    assert_int_equal(fdinfo_id(of_a_link, "prog_id"), 42);
    assert_int_equal(fdinfo_id(of_a_link, "map_id"), 0);
    assert_int_equal(fdinfo_number("map_id:\t3\nmemlock:\t8589934592\n", "memlock"), UINT64_C(8589934592));
}

/* A key of another name that ends the same is another key; what no ID can be, is none. */
static void others_are_not(void **state)
{
    (void)state;
    assert_int_equal(fdinfo_id("target_prog_id:\t9\nprog_id:\t42\n", "prog_id"), 42);
    assert_int_equal(fdinfo_id("prog_id:\t4294967297\n", "prog_id"), 0);
    assert_int_equal(fdinfo_id("prog_id:\t-1\n", "prog_id"), 0);
    assert_int_equal(fdinfo_id("prog_id:\t", "prog_id"), 0);
    assert_int_equal(fdinfo_id("", "prog_id"), 0);
    assert_int_equal(fdinfo_id(NULL, "prog_id"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_read),
        cmocka_unit_test(others_are_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
