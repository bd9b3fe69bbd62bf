/* SPDX-License-Identifier: GPL-2.0 */
/* What reports are made of: width, wrapping, tables, figures. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "reports/figures.h"
#include "reports/table.h"
#include "reports/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("\xc3\xa9"), 1);                 /* e acute */
    assert_int_equal(text_width("e\xcc\x81"), 1);                /* e and a combining acute */
    assert_int_equal(text_width("\xe4\xb8\xad\xe6\x96\x87"), 4); /* two Chinese characters */
    assert_int_equal(text_width("\xf0\x9f\x99\x82"), 2);         /* a face */
    assert_int_equal(text_width("\xff\xfe"), 2);                 /* no UTF-8: a column a byte */
    assert_int_equal(text_width("\xe4\xb8"), 2);                 /* cut short */
    assert_int_equal(text_width("\033[1;31mFAIL\033[0m"), 4);
}

static void test_decode_refuses(void **state)
{
    static const char *const bad[] = {"\x80",         "\xc0\xaf",         "\xc1\x81",         "\xe0\x80\x80",
                                      "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80", "\xe4\xb8",
                                      "\xe4"};
    uint32_t code;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(text_decode(bad[i], &code), 1);
        assert_int_equal(code, TEXT_INVALID);
    }
    assert_int_equal(text_decode("\xf4\x8f\xbf\xbf", &code), 4);
    assert_int_equal(code, 0x10ffff);
}

static char *wrapped(const char *text, unsigned used, unsigned indent, unsigned width)
{
    char *result = NULL;
    size_t size;
    FILE *out = open_memstream(&result, &size);

    text_wrap(out, text, used, indent, width);
    fclose(out);
    return result;
}

static void assert_wrapped(const char *text, unsigned used, unsigned indent, unsigned width,
                           const char *wanted)
{
    OWNED_PTR char *got = wrapped(text, used, indent, width);

    assert_string_equal(got, wanted);
}

static void test_wrap(void **state)
{
    (void)state;
    assert_wrapped("", 0, 2, 10, "\n");
    assert_wrapped("one two three", 0, 2, 7, "one two\n  three\n");
    assert_wrapped("  one   two ", 0, 2, 80, "one two\n");
    assert_wrapped("averyveryverylongword b", 0, 2, 10, "averyveryverylongword\n  b\n");
    assert_wrapped("aaa bbb", 6, 1, 10, "aaa\n bbb\n");
    assert_wrapped("in all 31.4 s", 0, 0, 12, "in all\n31.4 s\n");
    assert_wrapped("1 2 3 4 5 6", 0, 0, 4, "1 2\n3 4\n5 6\n");
    assert_wrapped("\xe4\xb8\xad\xe4\xb8\xad \xe4\xb8\xad", 0, 0, 6,
                   "\xe4\xb8\xad\xe4\xb8\xad\n\xe4\xb8\xad\n");
}

static const struct table_column columns[] = {
    {"name", false, true}, {"empty", true, false}, {"ns", true, false}, {"note", false, false}};

static void fill(struct table *table)
{
    table_init(table, columns, ARRAY_SIZE(columns));
    table_section(table, "Group");
    table_cell(table, "\xe4\xb8\xad");
    table_cell(table, "%s", "");
    table_cell(table, "%d", 5);
    table_cell(table, "a|b");
    table_cell(table, "longer");
    table_cell(table, "%s", "");
    table_cell(table, "%d", 1234);
    table_cell(table, "%s", "");
}

static void assert_printed(int (*print)(const struct table *table, FILE *out), const char *wanted)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct table table;

    fill(&table);
    assert_int_equal(print(&table, out), 0);
    fclose(out);
    assert_string_equal(text, wanted);
    free(text);
    table_free(&table);
}

static int print_wide(const struct table *table, FILE *out)
{
    return table_print(table, out, 2, 80);
}

static int print_narrow(const struct table *table, FILE *out)
{
    return table_print(table, out, 0, 16);
}

/* Aligned by columns and not by bytes; the empty column is not there; no blanks at the ends of lines. */
static void test_table(void **state)
{
    (void)state;
    assert_printed(print_wide, "  name      ns  note\n"
                               "Group\n"
                               "  \xe4\xb8\xad         5  a|b\n"
                               "  longer  1234\n");
    assert_printed(print_narrow, "name     ns note\n"
                                 "Group\n"
                                 "\xe4\xb8\xad        5 a|b\n"
                                 "longer 1234\n");
    assert_printed(table_print_markdown, "| name | ns | note |\n"
                                         "|---|---:|---|\n"
                                         "| **Group** | | |\n"
                                         "| `\xe4\xb8\xad` | 5 | a\\|b |\n"
                                         "| `longer` | 1234 |  |\n");
}

struct change_case {
    struct interval change;
    bool relative;
    const char *unit, *text;
};

static void test_changes(void **state)
{
    static const struct change_case cases[] = {
        {{0.048, 0.041, 0.055}, true, "ns", "+4.80 % [+4.10, +5.50]"},
        {{1.312, 1.281, 1.347}, true, "ns", "+131 % [+128, +135]"},
        {{-0.0004, -0.011, 0.012}, true, "ns", "-0.04 % [-1.10, +1.20]"},
        {{-0.00004, -0.0002, 0.0001}, true, "ns", "0.00 % [-0.02, +0.01]"},
        {{0.5, NAN, 0.75}, true, "ns", "+50.0 % [?, +75.0]"},
        {{0.5, NAN, NAN}, true, "ns", "+50.0 % (no interval)"},
        {{NAN, 1, 2}, true, "ns", ""},
        {{950, 900, 1100}, false, "ns", "+0.95 us [+0.90, +1.10]"},
        {{5931008, 5914624, 5947392}, false, "bytes", "+5.66 MiB [+5.64, +5.67]"},
        {{0.0071, 0.0038, 0.0102}, false, "cores", "+0.0071 cores [+0.0038, +0.0102]"},
        {{0.02, 0.01, 0.03}, false, "share", "+2.00 points [+1.00, +3.00]"},
        {{3, 1, 20}, false, "", "+3.0 [+1.0, +20.0]"},
        {{0, 0, 0}, false, "bytes", "0.00 B [0.00, 0.00]"},
    };
    char text[FIGURE_TEXT];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_string_equal(
            figure_change(text, sizeof(text), cases[i].change, cases[i].relative, cases[i].unit),
            cases[i].text);
}

/* In each language that figure_change() has words in. */
static void test_split(void **state)
{
    static const struct {
        const char *change, *estimate, *rest;
    } cases[] = {{"+131 % [+128, +135]", "+131 %", "[+128, +135]"},
                 {"+50.0 % (no interval)", "+50.0 %", "(no interval)"},
                 {"+50.0 %（无区间）", "+50.0 %", "（无区间）"},
                 {"0.00 个百分点 [-0.04, +0.05]", "0.00 个百分点", "[-0.04, +0.05]"},
                 {"+3 ns", "+3 ns", ""},
                 {"[", "", "["},
                 {"", "", ""}};
    char estimate[FIGURE_TEXT];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_string_equal(figure_split(estimate, sizeof(estimate), cases[i].change), cases[i].rest);
        assert_string_equal(estimate, cases[i].estimate);
    }
}

static void test_other_figures(void **state)
{
    char text[FIGURE_TEXT];
    const char *name;

    (void)state;
    assert_string_equal(figure_quantity(text, sizeof(text), NAN, "ns"), "");
    assert_string_equal(figure_quantity(text, sizeof(text), 0.998, "share"), "99.8 %");
    assert_string_equal(figure_size(text, sizeof(text), 0.021, true, ""), "2.1 %");
    assert_string_equal(figure_size(text, sizeof(text), 9.8, false, "ns"), "9.8 ns");
    assert_string_equal(figure_size(text, sizeof(text), NAN, true, ""), "");
    assert_string_equal(figure_seconds(text, sizeof(text), 31.4), "31.4 s");
    assert_string_equal(figure_seconds(text, sizeof(text), 125), "2 min 5 s");
    assert_string_equal(figure_seconds(text, sizeof(text), 4320), "1 h 12 min");
    assert_string_equal(figure_seconds(text, sizeof(text), NAN), "");
    assert_true(quantity_scale(12300, "ns", &name) == 1000);
    assert_string_equal(name, "us");
    assert_true(quantity_scale(-5e6, "bytes", &name) == 1048576);
    assert_string_equal(name, "MiB");
    assert_true(quantity_scale(5e6, "cores", &name) == 1);
    assert_string_equal(name, "cores");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_width),         cmocka_unit_test(test_decode_refuses),
        cmocka_unit_test(test_wrap),          cmocka_unit_test(test_table),
        cmocka_unit_test(test_changes),       cmocka_unit_test(test_split),
        cmocka_unit_test(test_other_figures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
