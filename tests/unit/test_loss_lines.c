/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"

#include "agents/loss_lines.h"

#include <string.h>

static struct loss_lines parse(const char *text)
{
    struct loss_lines parser = {0};

    loss_lines_feed(&parser, text, strlen(text));
    loss_lines_end(&parser);
    return parser;
}

static void recognises_what_tools_print(void **state)
{
    static const struct {
        const char *text;
        uint64_t events;
    } lines[] = {
        {"Lost 17 events\n", 17},
        {"Lost 1 event\n", 1},
        {"lost 12 events on CPU #3!\n", 12},
        {"Lost 250 events on CPU #0\n", 250},
        {"Possibly lost 9 samples\n", 9},
        {"lost 4\n", 4},
        {"Drop 5\n", 5},
        {"dropped 8 events.\r\n", 8},
        {"WARNING: 6 stack traces lost and could not be displayed.\n", 6},
        {"  42 packets dropped by kernel\n", 42},
        {"Processed 1000 events and lost 2 chunks!\n", 2},
        {"LOST 3 events!", 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct loss_lines parser = parse(lines[i].text);

        assert_int_equal(parser.events, lines[i].events);
        assert_int_equal(parser.lines, 1);
    }
}

static void leaves_alone_what_only_looks_like_it(void **state)
{
    static const char *const lines[] = {
        "get lost 5 events of mine\n",
        "Lost 5 events of mine\n",
        "Lost events\n",
        "Lost -5 events\n",
        "Lost 5events\n",
        "Lost  5 events\n",
        "Lost 0 events\n",
        "0 packets dropped by kernel\n",
        "comm=lost 12\n",
        "lost 12 events on CPU #\n",
        "drop 5 packets\n",
        "\n",
        "",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        assert_int_equal(parse(lines[i]).lines, 0);
}

/* Wherever the reads are cut, in two or in single bytes, the counts are the same. */
static void does_not_depend_on_how_reads_split_it(void **state)
{
    static const char text[] =
        "TIME COMM\nLost 17 events\nbash lost 3 events\nPossibly lost 5 samples\n\nlost 2";
    size_t length = sizeof(text) - 1;

    (void)state;
    for (size_t cut = 0; cut <= length; cut++) {
        struct loss_lines parser = {0};

        loss_lines_feed(&parser, text, cut);
        loss_lines_feed(&parser, text + cut, length - cut);
        loss_lines_end(&parser);
        assert_int_equal(parser.events, 24);
        assert_int_equal(parser.lines, 3);
    }
    for (size_t step = 1; step < 5; step++) {
        struct loss_lines parser = {0};

        for (size_t at = 0; at < length; at += step)
            loss_lines_feed(&parser, text + at, at + step < length ? step : length - at);
        loss_lines_end(&parser);
        assert_int_equal(parser.events, 24);
    }
}

static void ignores_long_lines_and_finds_the_next(void **state)
{
    char text[3 * LOSS_LINE_MAX];
    struct loss_lines parser = {0};

    (void)state;
    memset(text, ' ', sizeof(text));
    memcpy(text + 2 * LOSS_LINE_MAX, "Lost 7 events\n", 14);
    loss_lines_feed(&parser, text, 2 * LOSS_LINE_MAX + 14);
    assert_int_equal(parser.lines, 0);
    loss_lines_feed(&parser, "Lost 8 events\n", 14);
    assert_int_equal(parser.events, 8);

    parser = (struct loss_lines){0}; /* the longest that still counts, and one more */
    memset(text, ' ', sizeof(text));
    memcpy(text + LOSS_LINE_MAX - 13, "Lost 9 events\n", 14);
    loss_lines_feed(&parser, text, LOSS_LINE_MAX + 1);
    assert_int_equal(parser.events, 9);
    memset(text, ' ', sizeof(text));
    memcpy(text + LOSS_LINE_MAX - 12, "Lost 9 events\n", 14);
    loss_lines_feed(&parser, text, LOSS_LINE_MAX + 2);
    assert_int_equal(parser.events, 9);
}

static void sums_up(void **state)
{
    struct loss_lines parser = {0};

    (void)state;
    for (int i = 0; i < 1000; i++)
        loss_lines_feed(&parser, "Lost 3 events\n", 14);
    assert_int_equal(parser.events, 3000);
    assert_int_equal(parser.lines, 1000);
}

/* What an earlier, longer line left in the buffer is no part of a later one. */
static void forgets_the_line_before(void **state)
{
    struct loss_lines parser = {0};

    (void)state;
    loss_lines_feed(&parser, "warning: lost 17 events\nwa\n", 27);
    assert_int_equal(parser.lines, 1);
    assert_int_equal(parser.events, 17);
}

/* Neither a number too large for one counter nor a sum too large for it starts at 0 again. */
static void counts_no_less_for_large_numbers(void **state)
{
    struct loss_lines parser = {0};

    (void)state;
    loss_lines_feed(&parser, "Lost 18446744073709551616 events\n", 33);
    assert_int_equal(parser.lines, 1);
    assert_true(parser.events == UINT64_MAX);
    loss_lines_feed(&parser, "Lost 2 events\n", 14);
    assert_int_equal(parser.lines, 2);
    assert_true(parser.events == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recognises_what_tools_print),
        cmocka_unit_test(leaves_alone_what_only_looks_like_it),
        cmocka_unit_test(does_not_depend_on_how_reads_split_it),
        cmocka_unit_test(ignores_long_lines_and_finds_the_next),
        cmocka_unit_test(sums_up),
        cmocka_unit_test(forgets_the_line_before),
        cmocka_unit_test(counts_no_less_for_large_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
