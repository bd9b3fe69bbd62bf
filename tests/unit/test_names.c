/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "base/names.h"

static const char *const names[] = {"udp_rr", "tcp_rr", "tcp_crr", "syscall", "command"};
#define COUNT (sizeof(names) / sizeof(names[0]))

static void test_near(void **state)
{
    (void)state;
    assert_ptr_equal(name_nearest("udp_rr", names, COUNT), names[0]);
    assert_ptr_equal(name_nearest("upd_rr", names, COUNT), names[0]); /* swapped neighbours */
    assert_ptr_equal(name_nearest("tcp_ccr", names, COUNT), names[2]);
    assert_ptr_equal(name_nearest("sycall", names, COUNT), names[3]);
    assert_ptr_equal(name_nearest("comand", names, COUNT), names[4]);
}

static void test_far(void **state)
{
    char longest[200] = {0};

    (void)state;
    for (size_t i = 0; i + 1 < sizeof(longest); i++)
        longest[i] = 'x';
    assert_null(name_nearest("iperf3", names, COUNT));
    assert_null(name_nearest(longest, names, COUNT));
    assert_null(name_nearest("udp_rr", names, 0));
}

static void test_suggestion(void **state)
{
    char text[64];

    (void)state;
    assert_string_equal(name_suggestion(text, sizeof(text), "udp_r", names, COUNT),
                        " (did you mean \"udp_rr\"?)");
    assert_string_equal(name_suggestion(text, sizeof(text), "iperf3", names, COUNT), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_far),
        cmocka_unit_test(test_suggestion),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
