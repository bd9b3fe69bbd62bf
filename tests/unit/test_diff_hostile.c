/* SPDX-License-Identifier: GPL-2.0 */
/*
 * No two documents that are read make the comparison crash or print what is no figure; what it prints of them
 * can't drive a terminal or break a table.
 */
#include "tests/unit/diffs.h"

#include "orchestrator/diff/print.h"
#include "reports/text.h"

#include <ctype.h>

static unsigned compared, refused;

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; (at = strstr(at, word)); at++)
        if ((at == text || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[length]))
            return true;
    return false;
}

static char *printed(const json_t *diff, int (*print)(const json_t *, const struct render_options *, FILE *))
{
    struct render_options options = {.width = 100};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_int_equal(print(diff, &options, out), 0);
    fclose(out);
    return text;
}

/* Bars that separate cells: not escaped ones. */
static unsigned bars(const char *line, size_t length)
{
    unsigned count = 0;

    for (size_t i = 0; i < length; i++)
        count += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    return count;
}

static void assert_tables_valid(const char *text)
{
    for (unsigned expected = 0; *text;) {
        size_t length = strcspn(text, "\n");
        unsigned count = text[0] == '|' ? bars(text, length) : 0;

        if (expected && count)
            assert_int_equal(count, expected);
        expected = count;
        text += length + (text[length] == '\n');
    }
}

static void assert_printable(const json_t *diff, const char *where)
{
    OWNED_PTR char *text = printed(diff, diff_print_text), *markdown = printed(diff, diff_print_markdown);

    if (has_word(text, "nan") || has_word(text, "inf") || has_word(text, "null") || strchr(text, '\033'))
        fail_msg("with a change at %s it prints what is no figure:\n%s", where, text);
    assert_tables_valid(markdown);
}

/* As the command does: documents that pass the check, made harmless. */
static void try_both(const json_t *changed, const json_t *other, const char *where)
{
    OWNED_JSON json_t *harmless = NULL, *diff = NULL, *reverse = NULL;
    struct error error = {0};
    static const char *const budgets[] = {"latency.mean=5%", "memory.rss=5%", NULL};

    if (document_check(changed, NULL))
        return;
    harmless = text_harmless(changed, 4000);
    if (try_compare(harmless, other, NULL, &diff, &error)) {
        assert_int_equal(error.status, EXIT_USAGE);
        assert_non_null(strstr(error.message, "not comparable"));
        refused++;
    } else {
        compared++;
        assert_printable(diff, where);
    }
    if (try_compare(other, harmless, budgets, &reverse, &error) == 0)
        assert_printable(reverse, where);
    else
        assert_int_equal(error.status, EXIT_USAGE);
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
    case 10:
        return json_real(1e100);
    default:
        return NULL;
    }
}

static void mutate(json_t *changed, json_t *node, const json_t *other, const char *where);

static void mutate_member(json_t *changed, json_t *holder, const char *key, const json_t *other,
                          const char *where)
{
    json_t *kept = json_incref(json_object_get(holder, key)), *value;
    char path[256];

    snprintf(path, sizeof(path), "%s.%s", where, key);
    for (unsigned kind = 0; (value = replacement(kind)); kind++) {
        json_object_set_new(holder, key, value);
        try_both(changed, other, path);
    }
    json_object_del(holder, key);
    try_both(changed, other, path);
    json_object_set_new(holder, key, kept);
    mutate(changed, kept, other, path);
}

static void mutate(json_t *changed, json_t *node, const json_t *other, const char *where)
{
    json_t *keys, *value;
    const char *key;

    for (size_t i = 0; i < json_array_size(node) && i < 2; i++)
        mutate(changed, json_array_get(node, i), other, where);
    if (!json_is_object(node))
        return;
    keys = json_deep_copy(node);
    json_object_foreach(keys, key, value) mutate_member(changed, node, key, other, where);
    json_decref(keys);
}

/* Few metrics and no blocks: the mutants are thousands. */
static json_t *small(double ratio)
{
    json_t *document = run_with(ratio, 0.01), *metrics = json_object_get(document, "metrics");

    json_object_set_new(document, "blocks", json_array());
    while (json_array_size(metrics) > 1)
        json_array_remove(metrics, 1);
    assert_string_equal(document_text(json_array_get(metrics, 0), "name"), "latency.mean");
    add_memory(document, 100, 2, 10);
    return document;
}

static void test_each_place_wrong(void **state)
{
    OWNED_JSON json_t *changed = small(1.1), *other = small(1.2);

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        change(i ? changed : other, "workload", "parameters", "{\"size\": \"64\", \"cpu\": null}");
    compared = refused = 0;
    mutate(changed, changed, other, "");
    /* Most mutants are no documents; of the others some are refused and more compared. */
    print_message("# %u compared, %u refused\n", compared, refused);
    assert_true(compared > 500);
    assert_true(refused > 20);
}

static json_t *small_exact(double difference)
{
    json_t *document = small(1.1);
    json_t *seed =
        json_pack("{s:i, s:[{s:s, s:f, s:f, s:f}, {s:s, s:f, s:f, s:f}]}", "seed", 1, "metrics", "name",
                  "latency.mean", "baseline", 1000.0, "with_target", 1000 + difference, "difference",
                  difference, "name", "memory.rss", "baseline", 0.0, "with_target", 5.0, "difference", 5.0);

    json_object_set_new(document, "exact", json_pack("{s:[o, {s:i}]}", "seeds", seed, "seed", 2));
    change(document, "design", "kind", "\"exact\"");
    change(document, "environment.versions", "qemu", "\"8.2\"");
    return document;
}

static void test_each_place_wrong_exact(void **state)
{
    OWNED_JSON json_t *changed = small_exact(300), *other = small_exact(350);

    (void)state;
    compared = refused = 0;
    mutate(changed, changed, other, "");
    print_message("# %u compared, %u refused\n", compared, refused);
    assert_true(compared > 500);
    assert_true(refused > 20);
}

/* Many of everything: the time must not grow with its square, nor what is printed without end. */
static void test_many(void **state)
{
    OWNED_JSON json_t *document = small(1.1), *diff = NULL;
    json_t *metrics = json_object_get(document, "metrics"),
           *programs = json_object_get(json_object_get(document, "target"), "programs");
    OWNED_PTR char *text = NULL;

    (void)state;
    for (unsigned i = 0; i < 50000; i++) {
        json_t *metric = json_deep_copy(json_array_get(metrics, 0)), *program;
        char name[32];

        snprintf(name, sizeof(name), "m%u", i);
        json_object_set_new(metric, "name", json_string(name));
        json_array_append_new(metrics, metric);
        program = json_deep_copy(json_array_get(programs, 0));
        json_object_set_new(program, "name", json_string(name));
        json_array_append_new(programs, program);
    }
    diff = compare(document, document, NULL);
    text = printed(diff, diff_print_text);
    assert_true(strlen(text) < 1 << 20);
}

/* A document that only looks like a comparison, as a reader of files would get it. */
static void test_printing_anything(void **state)
{
    static const char *const texts[] = {
        "{}",
        "{\"metrics\": [null, 3, {}, {\"name\": 4, \"change\": {\"estimate\": \"x\"}, \"old\": 3}]}",
        "{\"metrics\": [{\"name\": \"m\", \"scale\": \"relative\", \"change\": {\"estimate\": 1e99}}],"
        " \"verdict\": 3, \"programs\": [{}], \"environment\": [{\"old\": [1], \"new\": {}}], \"warnings\": "
        "[7]}",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        OWNED_JSON json_t *diff = json_loads(texts[i], 0, NULL);

        assert_printable(diff, texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_place_wrong),
        cmocka_unit_test(test_each_place_wrong_exact),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_printing_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
