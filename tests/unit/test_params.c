/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "base/params.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const modes[] = {"closed", "open", NULL};

static const struct param_spec specs[] = {
    {"size", "bytes", "64", "", NULL}, {"mode", "", "closed", "", modes}, {"cmd", "", NULL, "", NULL},
    {"flag", "", "on", "", NULL},      {"empty", "", "", "", NULL},       {0},
};

static int parse(struct params *params, const char *rest, struct error *error)
{
    *params = (struct params){0};
    return params_parse(params, "workload x", rest, specs, error);
}

/* The sentence names what was typed and what was meant. */
static void refuses(const char *rest, const char *part)
{
    struct params params;
    struct error error = {0};

    assert_int_equal(parse(&params, rest, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" is not in: %s", part, error.message);
    params_free(&params);
}

static void test_split_name(void **state)
{
    const char *rest;
    char *name = NULL;

    (void)state;
    assert_int_equal(params_split_name("udp_rr,size=1", &name, &rest, NULL), 0);
    assert_string_equal(name, "udp_rr");
    assert_string_equal(rest, "size=1");
    free(name);
    assert_int_equal(params_split_name("udp_rr", &name, &rest, NULL), 0);
    assert_string_equal(rest, "");
    free(name);
    name = NULL;
    assert_int_equal(params_split_name(",size=1", &name, &rest, NULL), -EINVAL);
    assert_null(name);
}

static void test_defaults(void **state)
{
    struct params params;

    (void)state;
    assert_int_equal(parse(&params, "", NULL), 0);
    assert_string_equal(params_text(&params, "size"), "64");
    assert_string_equal(params_text(&params, "empty"), "");
    assert_null(params_text(&params, "cmd"));
    assert_null(params_text(&params, "nothing"));
    params_free(&params);
}

static void test_values(void **state)
{
    struct params params;

    (void)state;
    assert_int_equal(parse(&params, "size=8,mode=open,size=9", NULL), 0);
    assert_string_equal(params_text(&params, "size"), "9");
    assert_string_equal(params_text(&params, "mode"), "open");
    params_free(&params);
}

static void test_quotes(void **state)
{
    struct params params;

    (void)state;
    assert_int_equal(parse(&params, "cmd=\"sort -k1,1 file\",size=1", NULL), 0);
    assert_string_equal(params_text(&params, "cmd"), "sort -k1,1 file");
    assert_string_equal(params_text(&params, "size"), "1");
    params_free(&params);
    assert_int_equal(parse(&params, "cmd=a=b", NULL), 0);
    assert_string_equal(params_text(&params, "cmd"), "a=b");
    params_free(&params);
    refuses("cmd=\"sort", "not closed");
    refuses("cmd=\"a\"b,size=1", "not closed");
}

static void test_mistakes(void **state)
{
    (void)state;
    refuses("sise=1", "did you mean \"size\"?");
    refuses("zzzzzz=1", "no key \"zzzzzz\"");
    refuses("size", "write size=VALUE");
    refuses("mode=opne", "did you mean \"open\"?");
    refuses("mode=", "mode=");
}

static void test_integer(void **state)
{
    struct params params;
    struct error error;
    long number = -1;
    static const char *const bad[] = {"size=0",  "size=101", "size=", "size=1x", "size=99999999999999999999",
                                      "size=1.5"};

    (void)state;
    assert_int_equal(parse(&params, "size=100", NULL), 0);
    assert_int_equal(params_integer(&params, "size", 1, 100, &number, NULL), 0);
    assert_int_equal(number, 100);
    params_free(&params);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(parse(&params, bad[i], NULL), 0);
        assert_int_equal(params_integer(&params, "size", 1, 100, &number, &error), -EINVAL);
        assert_int_equal(error.status, EXIT_USAGE);
        assert_int_equal(number, 100);
        params_free(&params);
    }
}

static void test_flag(void **state)
{
    static const char *const texts[] = {"flag=off", "flag=on", "flag=no", "flag=yes", "flag=0", "flag=1"};
    struct params params;

    (void)state;
    for (int i = 0; i < 6; i++) {
        int flag = -1;

        assert_int_equal(parse(&params, texts[i], NULL), 0);
        assert_int_equal(params_flag(&params, "flag", &flag, NULL), 0);
        assert_int_equal(flag, i % 2);
        params_free(&params);
    }
    assert_int_equal(parse(&params, "flag=maybe", NULL), 0);
    assert_int_equal(params_flag(&params, "flag", &(int){0}, NULL), -EINVAL);
    params_free(&params);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split_name), cmocka_unit_test(test_defaults), cmocka_unit_test(test_values),
        cmocka_unit_test(test_quotes),     cmocka_unit_test(test_mistakes), cmocka_unit_test(test_integer),
        cmocka_unit_test(test_flag),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
