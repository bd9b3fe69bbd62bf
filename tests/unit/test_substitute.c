/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"

#include "base/program_path.h"
#include "agents/substitute.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct substitution full = {.pid = 4711, .ifname = "tt0c", .cpu = 1};
static const struct substitution empty = {.pid = 0, .ifname = "", .cpu = -1};

static void expect(const char *argument, const char *wanted)
{
    struct error error = {0};
    char *text = NULL;

    assert_int_equal(substitute(argument, &full, &text, &error), 0);
    assert_string_equal(text, wanted);
    free(text);
}

static void replaces_anywhere_and_every_time(void **state)
{
    (void)state;
    expect("{pid}", "4711");
    expect("--pid={pid}", "--pid=4711");
    expect("{pid}{pid},{cpu}", "47114711,1");
    expect("dev {ifname} cpu {cpu}", "dev tt0c cpu 1");
    expect("", "");
}

static void leaves_other_braces_alone(void **state)
{
    (void)state;
    expect("tracepoint:a:b { @[pid] = count(); }", "tracepoint:a:b { @[pid] = count(); }");
    expect("{x} {} { {PID} {pid {{pid}}", "{x} {} { {PID} {pid {4711}");
}

static void missing_values_are_usage_errors(void **state)
{
    static const char *const arguments[] = {"{pid}", "x{ifname}", "{cpu}y"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct error error = {0};
        char *text = NULL;

        assert_int_equal(substitute(arguments[i], &empty, &text, &error), -EINVAL);
        assert_int_equal(error.status, EXIT_USAGE);
        assert_null(text);
    }
}

static void replaces_whole_argument_lists(void **state)
{
    char *argv[] = {(char *)"tool", (char *)"-p", (char *)"{pid}", NULL};
    char *wrong[] = {(char *)"tool", (char *)"{pid}", NULL},
         *without[] = {(char *)"pid", (char *)"{cpu}", NULL};
    struct error error = {0};
    char **made = NULL;

    (void)state;
    assert_int_equal(substitute_all(argv, &full, &made, &error), 0);
    assert_string_equal(made[0], "tool");
    assert_string_equal(made[2], "4711");
    assert_null(made[3]);
    substitute_free(made);
    made = NULL;
    assert_int_equal(substitute_all(wrong, &empty, &made, &error), -EINVAL);
    assert_null(made);
    assert_true(substitute_has_pid(argv) && substitute_has_pid(wrong));
    assert_false(substitute_has_pid(without) || substitute_has_pid(NULL));
}

static void knows_packages_and_names_them(void **state)
{
    struct error error = {0};
    char *path = NULL;

    (void)state;
    assert_string_equal(program_package("tcplife"), "libbpf-tools");
    assert_string_equal(program_package("wakeuptime"), "libbpf-tools");
    assert_string_equal(program_package("tcplife-bpfcc"), "bpfcc-tools");
    assert_string_equal(program_package("runqlat.bt"), "bpftrace");
    assert_null(program_package("tcp"));
    assert_null(program_package("biolatency biopattern"));
    assert_int_equal(program_find("no-such-tool-bpfcc", &path, &error), -ENOENT);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_non_null(strstr(error.message, "apt-get install bpfcc-tools"));
}

static void finds_programs(void **state)
{
    struct error error = {0};
    char *path = NULL;

    (void)state;
    assert_int_equal(program_find("/bin/sh", &path, &error), 0);
    assert_string_equal(path, "/bin/sh");
    free(path);
    assert_int_equal(program_find("sh", &path, &error), 0);
    assert_int_equal(path[0], '/');
    free(path);
    path = NULL;
    assert_int_equal(program_find("", &path, &error), -ENOENT);
    assert_int_equal(program_find("/etc/passwd", &path, &error), -EACCES);
    assert_int_equal(program_find("/bin", &path, &error), -EACCES);
    assert_int_equal(program_find("./no/such/file", &path, &error), -ENOENT);
    assert_null(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replaces_anywhere_and_every_time), cmocka_unit_test(leaves_other_braces_alone),
        cmocka_unit_test(missing_values_are_usage_errors),  cmocka_unit_test(replaces_whole_argument_lists),
        cmocka_unit_test(knows_packages_and_names_them),    cmocka_unit_test(finds_programs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
