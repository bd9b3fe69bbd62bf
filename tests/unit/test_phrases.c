/* SPDX-License-Identifier: GPL-2.0 */
/* Sentences found again by the formats that made them. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/i18n.h"
#include "reports/phrases.h"
#include "reports/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_piece(const struct phrase_piece *piece, const char *wanted)
{
    assert_int_equal(piece->length, strlen(wanted));
    assert_memory_equal(piece->text, wanted, strlen(wanted));
}

static void test_pieces(void **state)
{
    struct phrase_piece pieces[PHRASE_ARGUMENTS_MAX];
    unsigned count = 99;

    (void)state;
    assert_int_equal(phrase_match("plain", "plain", pieces, &count), 5);
    assert_int_equal(count, 0);
    assert_int_equal(
        phrase_match("%s took %+.2f %% [%.3g, %.3g]", "a b took -1.25 % [1e-05, +3]", pieces, &count), 13);
    assert_int_equal(count, 4);
    assert_piece(&pieces[0], "a b");
    assert_piece(&pieces[1], "-1.25");
    assert_piece(&pieces[2], "1e-05");
    assert_piece(&pieces[3], "+3");
    /* A text ends where the rest fits, and not at the first place that looks like it. */
    assert_true(phrase_match("%s (%s)", "f(x) (y) (z)", pieces, &count) > 0);
    assert_piece(&pieces[0], "f(x)");
    assert_piece(&pieces[1], "y) (z");
    assert_true(phrase_match("%u seeds.", "12 seeds.", pieces, &count) > 0);
    assert_true(phrase_match("by %.4g.", "by 1.5.", pieces, &count) > 0);
    assert_piece(&pieces[0], "1.5");
    assert_true(phrase_match("it is %.1f", "it is nan", pieces, &count) > 0);
}

static void test_no_match(void **state)
{
    struct phrase_piece pieces[PHRASE_ARGUMENTS_MAX];
    unsigned count = 0;

    (void)state;
    assert_int_equal(phrase_match("plain", "plain ", pieces, &count), -1);
    assert_int_equal(phrase_match("plain", "plai", pieces, &count), -1);
    assert_int_equal(phrase_match("%u seeds", "many seeds", pieces, &count), -1);
    assert_int_equal(phrase_match("%s seeds", "12 seed", pieces, &count), -1);
    assert_int_equal(phrase_match("100 %%", "100 %%", pieces, &count), -1);
}

/* A text that has a thousand ways of nearly fitting is given up on. */
static void test_hostile(void **state)
{
    struct phrase_piece pieces[PHRASE_ARGUMENTS_MAX];
    char text[4001];
    unsigned count = 0;

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(phrase_match("%sa%sa%sa%sa%sa%sb", text, pieces, &count), -1);
    assert_int_equal(phrase_match("%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s", text, pieces, &count),
                     -1); /* too many */
}

/* Without a language nothing changes. */
static void test_english(void **state)
{
    OWNED_PTR char *same = phrase_translate("no valid quad");
    json_t *document = json_pack("{s:{s:s}}", "verdict", "sentence", "no valid quad");

    (void)state;
    assert_string_equal(same, "no valid quad");
    assert_false(i18n_active());
    assert_int_equal(phrases_apply(document), 0);
    json_decref(document);
    assert_string_equal(i18n_word(""), "");
}

static char *wrapped(const char *text, unsigned width)
{
    char *result = NULL;
    size_t size;
    FILE *out = open_memstream(&result, &size);

    text_wrap(out, text, 0, 0, width);
    fclose(out);
    return result;
}

/* Lines end between Chinese characters, but not before a full stop or behind a bracket. */
static void test_wrap(void **state)
{
    OWNED_PTR char *characters = wrapped("一二三四五", 4), *stop = wrapped("一二三。四", 6),
                   *bracket = wrapped("一（二）三", 4), *mixed = wrapped("一二 abc三四", 6),
                   *unit = wrapped("窗口 250 ms，", 9);

    (void)state;
    assert_string_equal(characters, "一二\n三四\n五\n");
    assert_string_equal(stop, "一二\n三。四\n");
    assert_string_equal(bracket, "一\n（二）\n三\n");
    assert_string_equal(mixed, "一二\nabc三\n四\n");
    assert_string_equal(unit, "窗口\n250 ms，\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),  cmocka_unit_test(test_no_match), cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_english), cmocka_unit_test(test_wrap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
