/* SPDX-License-Identifier: GPL-2.0 */
/*
 * No document that is accepted makes a report crash, print a not-a-number, break its tables or drive the
 * terminal.
 */
#include "tests/unit/render.h"

#include "base/cleanup.h"

#include <ctype.h>

/* Bars that separate cells: not escaped ones. */
static unsigned bars(const char *line, size_t length)
{
    unsigned count = 0;

    for (size_t i = 0; i < length; i++)
        count += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    return count;
}

/* GitHub shows a table only where each row has the header's number of cells. */
static void assert_tables_valid(const char *text)
{
    unsigned expected = 0;
    bool fenced = false;

    while (*text) {
        size_t length = strcspn(text, "\n");

        if (strncmp(text, "```", 3) == 0)
            fenced = !fenced;
        if (!fenced && text[0] == '|') {
            if (expected)
                assert_int_equal(bars(text, length), expected);
            expected = bars(text, length);
        } else {
            expected = 0;
        }
        text += length + (text[length] == '\n');
    }
    assert_false(fenced);
}

static void test_markdown_with_hostile_names(void **state)
{
    json_t *document = example(), *program = json_array_get(document_at(document, "target.programs"), 0);
    OWNED_PTR char *text = NULL;

    (void)state;
    json_object_set_new(program, "name", json_string("a|b`c``d"));
    json_object_set_new(program, "attach", json_string("kprobe:x|y\n## Fake"));
    json_array_set_new((json_t *)document_at(document, "target.argv"), 0,
                       json_string("<img src=x>|*`tool`*"));
    set(document, "command", "repeat", json_string("tracetoll run -- '```' ````"));
    text = rendered(document, &renderer_markdown, false, 100);
    assert_tables_valid(text);
    assert_has(text, "``` a\\|b`c``d ```");
    assert_has(text, "# \\<img src=x>\\|\\*\\`tool\\`\\*");
    assert_has(text, "`````sh\ntracetoll run -- '```' ````\n`````\n");
    assert_has_not(text, "\n## Fake");
    json_decref(document);
}

static void test_markdown_stays_small(void **state)
{
    json_t *document = example(), *programs = (json_t *)document_at(document, "target.programs"),
           *warnings = (json_t *)document_at(document, "warnings");
    OWNED_PTR char *long_text = malloc(100001), *text = NULL;

    (void)state;
    memset(long_text, 'x', 100000);
    long_text[100000] = '\0';
    json_object_set_new(json_array_get(programs, 0), "attach", json_string(long_text));
    json_object_set_new(json_array_get(warnings, 0), "text", json_string(long_text));
    for (unsigned i = 0; i < 3000; i++) {
        json_array_append_new(programs, json_deep_copy(json_array_get(programs, 0)));
        json_array_append_new(warnings, json_deep_copy(json_array_get(warnings, 0)));
    }
    text = rendered(document, &renderer_markdown, false, 100);
    assert_true(strlen(text) < 1 << 20);
    json_decref(document);
}

static void repeat(json_t *document, const char *array, size_t count)
{
    json_t *items = (json_t *)document_at(document, array), *first = json_array_get(items, 0);

    while (json_array_size(items) < count)
        json_array_append_new(items, json_deep_copy(first));
}

/* More metrics, programs, maps and warnings than any run has made: nothing is cut, and what is left out is
 * said. */
static void test_markdown_of_the_largest_document(void **state)
{
    static const char sentence[] =
        "A warning of some three hundred letters, as the longest ones are that this program writes; it names "
        "a "
        "program, an interface, two figures with their intervals and what they were expected to be, and then "
        "says "
        "in another sentence what that means for those who read the indicators further up in this report.";
    json_t *document = example();
    OWNED_PTR char *text = NULL, *plain = NULL;

    (void)state;
    set(document, "warnings.0", "text", json_string(sentence));
    set(document, "warnings.0", "remedy", json_string(sentence));
    set(document, "metrics.0", "note", json_string(sentence));
    set(document, "target.programs.0", "attach",
        json_string(
            "tracepoint:a_category_with_a_long_name:and_a_tracepoint_with_a_longer_one_than_there_is"));
    repeat(document, "warnings", 200);
    repeat(document, "metrics", 200);
    repeat(document, "target.programs", 500);
    repeat(document, "target.maps", 500);
    json_object_set_new(document, "versus",
                        json_pack("{s:O, s:O, s:O, s:[], s:O, s:[]}", "target",
                                  json_object_get(document, "target"), "metrics",
                                  json_object_get(document, "metrics"), "warnings",
                                  json_object_get(document, "warnings"), "between", "ratios",
                                  json_object_get(document, "warnings"), "advice"));
    text = rendered(document, &renderer_markdown, false, 100);
    assert_true(strlen(text) < 1000000);
    assert_has_not(text, "The report was cut here");
    assert_has(text, "## Conclusion\n");
    assert_has(text, "## How to repeat\n");
    assert_has(
        text,
        "- **Left out**: 300 of 500 programs, 300 of 500 maps, 300 of 500 programs of the second target\n");
    assert_tables_valid(text);
    plain = rendered(document, &renderer_text, false, 1000);
    assert_has(plain, "Left out           300 of 500 programs, 300 of 500 maps, 300 of 500 programs of the "
                      "second target\n");
    json_decref(document);
}

static void test_nothing_is_said_to_be_left_out_where_nothing_is(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = rendered(document, &renderer_markdown, false, 100);

    (void)state;
    assert_has_not(text, "Left out");
    json_decref(document);
}

/* Wherever it is cut, also in the command that repeats the run, the block that is open there is left out. */
static void test_markdown_cut_anywhere(void **state)
{
    char filler[2001];
    unsigned within = 0;

    (void)state;
    memset(filler, 'x', sizeof(filler) - 1);
    filler[sizeof(filler) - 1] = '\0';
    for (unsigned step = 0; step < 48; step++) {
        json_t *document = example();
        OWNED_PTR char *text = NULL;

        set(document, "warnings.0", "text", json_string(filler));
        set(document, "warnings.0", "remedy", json_string(filler));
        set(document, "command", "repeat", json_string(filler));
        set(document, "target.programs.0", "attach", json_string(filler));
        set(document, "verdict", "sentence", json_stringn(filler, 1 + step % 4 * 500));
        repeat(document, "warnings", 200);
        repeat(document, "target.programs", 88 + step / 4);
        text = rendered(document, &renderer_markdown, false, 100);
        assert_tables_valid(text);
        assert_true(strlen(text) < 1 << 20);
        within += strstr(text, "## How to repeat") && strstr(text, "was cut here") && !strstr(text, "```");
        json_decref(document);
    }
    assert_true(within > 0);
}

static void test_terminal_is_not_driven(void **state)
{
    json_t *document = example();
    OWNED_PTR char *plain = NULL, *coloured = NULL;

    (void)state;
    set(document, "verdict", "sentence",
        json_string("\033]0;owned\007 \033[2J\xc2\x9b"
                    "31m done"));
    set(document, "environment.versions", "\033[31mkey", json_string("1"));
    set(document, "environment.kernel", "release",
        json_string("6.1\r\n\xe2\x80\xae"
                    "evil"));
    plain = rendered(document, &renderer_text, false, 1000);
    assert_has_not(plain, "\033");
    assert_has_not(plain, "\007");
    assert_has_not(plain, "\xc2\x9b");
    assert_has_not(plain, "\xe2\x80\xae");
    assert_has(plain, "31m done");
    coloured = rendered(document, &renderer_text, true, 100);
    assert_has(coloured, "\033[1;31mFAIL\033[0m");
    assert_has_not(coloured, "\033[2J");
    json_decref(document);
}

/* --- mutations --- */

/* "nan", "inf" or "null" as words of their own, "(null)". */
static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; (at = strstr(at, word)); at++)
        if ((at == text || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[length]))
            return true;
    return false;
}

static unsigned rendered_count;

static void render_all(const json_t *document, const char *where)
{
    struct error error;

    if (document_check(document, &error) != 0)
        return;
    rendered_count++;
    for (const struct renderer *const *at = renderer_table; *at; at++) {
        OWNED_PTR char *text = rendered(document, *at, false, 80);
        bool is_json = *at == &renderer_json;

        if (has_word(text, "nan") || has_word(text, "inf") || (!is_json && has_word(text, "null")))
            fail_msg("%s with a change at %s prints what is no figure:\n%s", (*at)->name, where, text);
        if (*at == &renderer_markdown)
            assert_tables_valid(text);
    }
}

static json_t *replacement(unsigned kind)
{
    switch (kind) {
    case 0:
        return json_null();
    case 1:
        return json_string("");
    case 2:
        return json_string("x|`y` \033[31m <b> \xe4\xb8\xad\xe6\x96\x87");
    case 3:
        return json_integer(-1);
    case 4:
        return json_real(1.7e308);
    case 5:
        return json_real(-1.7e308);
    case 6:
        return json_true();
    case 7:
        return json_array();
    case 8:
        return json_object();
    case 9:
        return json_integer(0);
    default:
        return NULL;
    }
}

static void mutate(json_t *document, json_t *node, const char *where);

static void mutate_member(json_t *document, json_t *holder, const char *key, const char *where)
{
    json_t *kept = json_incref(json_object_get(holder, key)), *other;
    char path[256];

    snprintf(path, sizeof(path), "%s.%s", where, key);
    for (unsigned kind = 0; (other = replacement(kind)); kind++) {
        json_object_set_new(holder, key, other);
        render_all(document, path);
    }
    json_object_del(holder, key);
    render_all(document, path);
    json_object_set_new(holder, key, kept);
    mutate(document, kept, path);
}

static void mutate_item(json_t *document, json_t *array, size_t index, const char *where)
{
    json_t *kept = json_incref(json_array_get(array, index)), *other;
    char path[256];

    snprintf(path, sizeof(path), "%s.%zu", where, index);
    for (unsigned kind = 0; (other = replacement(kind)); kind++) {
        json_array_set_new(array, index, other);
        render_all(document, path);
    }
    json_array_set_new(array, index, kept);
    mutate(document, kept, path);
}

static void mutate(json_t *document, json_t *node, const char *where)
{
    if (json_is_array(node))
        for (size_t i = 0; i < json_array_size(node) && i < 2; i++)
            mutate_item(document, node, i, where);
    if (json_is_object(node)) {
        json_t *keys = json_deep_copy(node), *value;
        const char *key;

        json_object_foreach(keys, key, value) mutate_member(document, node, key, where);
        json_decref(keys);
    }
}

/* Two metrics, two blocks: the mutants are some thousands. */
static json_t *small_example(void)
{
    json_t *document = example(), *blocks = (json_t *)document_at(document, "blocks"),
           *metrics = (json_t *)document_at(document, "metrics");

    while (json_array_size(blocks) > 2)
        json_array_remove(blocks, 2);
    for (size_t i = 0; i < 2; i++)
        json_object_set_new(json_array_get(blocks, i), "latency", json_null());
    while (json_array_size(metrics) > 3)
        json_array_remove(metrics, 3);
    json_array_remove(metrics, 1);
    return document;
}

static void test_each_place_wrong(void **state)
{
    json_t *document = small_example();

    (void)state;
    rendered_count = 0;
    mutate(document, document, "");
    /* Most places take something else than what the example has; were none accepted, nothing was tested. */
    assert_true(rendered_count > 500);
    json_decref(document);
}

/* All that may be null is, at once. */
static void nullify(json_t *document, json_t *node)
{
    json_t *value, *keys;
    const char *key;
    size_t i;

    json_array_foreach(node, i, value)
    {
        nullify(document, value);
    }
    if (!json_is_object(node))
        return;
    keys = json_deep_copy(node);
    json_object_foreach(keys, key, value)
    {
        json_t *kept = json_incref(json_object_get(node, key));

        json_object_set_new(node, key, json_null());
        if (document_check(document, NULL) == 0) {
            json_decref(kept);
            continue;
        }
        json_object_set_new(node, key, kept);
        nullify(document, json_object_get(node, key));
    }
    json_decref(keys);
}

static void test_all_null(void **state)
{
    json_t *document = small_example();

    (void)state;
    nullify(document, document);
    assert_true(json_is_null(json_object_get(document, "cost_split")));
    assert_int_equal(document_check(document, NULL), 0);
    rendered_count = 0;
    render_all(document, "all of it");
    assert_int_equal(rendered_count, 1);
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_markdown_with_hostile_names),
        cmocka_unit_test(test_markdown_stays_small),
        cmocka_unit_test(test_markdown_of_the_largest_document),
        cmocka_unit_test(test_nothing_is_said_to_be_left_out_where_nothing_is),
        cmocka_unit_test(test_markdown_cut_anywhere),
        cmocka_unit_test(test_terminal_is_not_driven),
        cmocka_unit_test(test_each_place_wrong),
        cmocka_unit_test(test_all_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
