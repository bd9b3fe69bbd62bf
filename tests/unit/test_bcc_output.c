/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "agents/bcc_output.h"

#include <string.h>

static void the_first_error_counts(void **state)
{
    char line[200];

    (void)state;
    bcc_first_error("In file included from /virtual/main.c:2:\n"
                    "include/linux/a.h:7:1: warning: something [-Wsomething]\n"
                    "include/linux/bpf.h:348:10: error: invalid application of 'sizeof'\n"
                    "/virtual/main.c:9:1: error: another\n2 errors generated.\n",
                    "tool.c", line, sizeof(line));
    assert_string_equal(line, "include/linux/bpf.h:348:10: error: invalid application of 'sizeof'");
    bcc_first_error("/virtual/main.c:3:5: error: use of undeclared identifier 'x'\n", "tool.c", line,
                    sizeof(line));
    assert_string_equal(line, "tool.c:3:5: error: use of undeclared identifier 'x'");
}

static void missing_headers_come_before_it(void **state)
{
    char line[200];

    (void)state;
    bcc_first_error("modprobe: FATAL: Module kheaders not found\n"
                    "Unable to find kernel headers. Try this or that.\n"
                    "chdir(/lib/modules/6/build): No such file or directory\nerror: none\n",
                    "tool.c", line, sizeof(line));
    assert_string_equal(line, "Unable to find kernel headers. Try this or that.");
}

static void else_the_last_line(void **state)
{
    char line[200];

    (void)state;
    bcc_first_error("one\ntwo\n\n  \n", "tool.c", line, sizeof(line));
    assert_string_equal(line, "two");
    bcc_first_error("", "tool.c", line, sizeof(line));
    assert_string_equal(line, "");
}

static void a_line_is_cut_and_ended(void **state)
{
    char line[9];

    (void)state;
    bcc_first_error("/virtual/main.c:1:1: error: x\n", "a_longer_name.c", line, sizeof(line));
    assert_string_equal(line, "a_longer");
    bcc_first_error("error: 123456789", "tool.c", line, sizeof(line));
    assert_string_equal(line, "error: 1");
}

static void the_verifier_gives_its_reason_last(void **state)
{
    char line[200];

    (void)state;
    bcc_verifier_reason("bpf: Failed to load program: Permission denied\n0: (bf) r6 = r1\n"
                        "invalid mem access 'scalar'\nprocessed 2 insns (limit 1000000)\n\n"
                        "HINT: read the manual\n",
                        line, sizeof(line));
    assert_string_equal(line, "invalid mem access 'scalar'");
    bcc_verifier_reason("", line, sizeof(line));
    assert_string_equal(line, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_error_counts),
        cmocka_unit_test(missing_headers_come_before_it),
        cmocka_unit_test(else_the_last_line),
        cmocka_unit_test(a_line_is_cut_and_ended),
        cmocka_unit_test(the_verifier_gives_its_reason_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
