/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "agents/compiler_error.h"

#include <string.h>

static const char output[] = "In file included from /virtual/main.c:2:\n"
                             "a.h:7:1: warning: unused\n"
                             "include/linux/bpf.h:348:10: error: incomplete type 'struct bpf_wq'\n"
                             "b.h:1:1: error: another\n2 errors generated.\n";

static void check_first(const struct compiler_error *parser)
{
    assert_true(parser->found);
    assert_string_equal(parser->line, "include/linux/bpf.h:348:10: error: incomplete type 'struct bpf_wq'");
}

static void the_first_one_stays(void **state)
{
    struct compiler_error parser = {0};

    (void)state;
    compiler_error_feed(&parser, output, strlen(output));
    check_first(&parser);
    compiler_error_feed(&parser, output, strlen(output));
    check_first(&parser);
}

static void wherever_reads_split_it(void **state)
{
    (void)state;
    for (size_t at = 0; at <= strlen(output); at++) {
        struct compiler_error parser = {0};

        compiler_error_feed(&parser, output, at);
        compiler_error_feed(&parser, output + at, strlen(output) - at);
        check_first(&parser);
    }
}

static void other_lines_are_none(void **state)
{
    static const char *const lines[] = {"error: no file\n", "tool: error: x\n", ": error: x\n",
                                        "a.c:1:1: warning: x\n", "a.c:1:1: error: unended"};

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct compiler_error parser = {0};

        compiler_error_feed(&parser, lines[i], strlen(lines[i]));
        assert_false(parser.found);
    }
}

static void missing_headers_are_one(void **state)
{
    struct compiler_error parser = {0};
    const char *line = "Unable to find kernel headers. Try this.\n";

    (void)state;
    compiler_error_feed(&parser, line, strlen(line));
    assert_true(parser.found);
}

static void a_long_line_is_cut(void **state)
{
    struct compiler_error parser = {0};
    char line[1000];

    (void)state;
    memset(line, 'x', sizeof(line));
    memcpy(line, "a.c:1:1: error: ", strlen("a.c:1:1: error: "));
    line[sizeof(line) - 1] = '\n';
    compiler_error_feed(&parser, line, sizeof(line));
    assert_true(parser.found);
    assert_int_equal(strlen(parser.line), COMPILER_ERROR_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_one_stays),  cmocka_unit_test(wherever_reads_split_it),
        cmocka_unit_test(other_lines_are_none), cmocka_unit_test(missing_headers_are_one),
        cmocka_unit_test(a_long_line_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
