/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The HTML report: whatever the document, tags are closed, nothing of the document is markup, nothing is
 * fetched, no number is none. test_renderers_hostile.c puts wrong values everywhere; here are its blocks,
 * too.
 */
#include "tests/unit/render.h"

#include "base/cleanup.h"
#include "reports/html/axis.h"

#include <ctype.h>
#include <math.h>

static char *html(const json_t *document)
{
    return rendered(document, &renderer_html, false, 100);
}

/* --- a reader of tags that takes what the report writes and nothing else --- */

#define DEPTH_MAX 32
#define NAME_MAX_ 16

static bool is_void(const char *name)
{
    return strcmp(name, "meta") == 0;
}

/* Attributes in double quotes, "/" for an empty element of SVG. Returns what is behind ">". */
static const char *skip_attributes(const char *at, bool *empty)
{
    *empty = false;
    while (*at != '>') {
        if (*at == '/' && at[1] == '>') {
            *empty = true;
            return at + 2;
        }
        assert_int_equal(*at, ' ');
        at++;
        while (isalpha((unsigned char)*at) || *at == '-' || isdigit((unsigned char)*at))
            at++;
        if (*at != '=')
            continue;
        assert_int_equal(at[1], '"');
        at = strchr(at + 2, '"');
        assert_non_null(at);
        at++;
    }
    return at + 1;
}

static const char *read_name(const char *at, char name[NAME_MAX_])
{
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789");

    if (length == 0 || length >= NAME_MAX_)
        fail_msg("no tag: %.60s", at - 1);
    memcpy(name, at, length);
    name[length] = '\0';
    return at + length;
}

/* Every "<" begins a tag, every "&" an entity, and every tag that opens closes in order. */
static void assert_well_formed(const char *text)
{
    char open[DEPTH_MAX][NAME_MAX_], name[NAME_MAX_];
    unsigned depth = 0;
    const char *at = strstr(text, "<html");
    bool empty;

    assert_non_null(at);
    while (*(at += strcspn(at, "<&"))) {
        if (*at == '&') {
            size_t length = strcspn(at, ";");

            if (length > 8 || at[length] != ';')
                fail_msg("no entity: %.60s", at);
            at++;
        } else if (at[1] == '/') {
            at = read_name(at + 2, name);
            assert_int_equal(*at, '>');
            if (depth == 0 || strcmp(open[depth - 1], name) != 0)
                fail_msg("</%s> closes <%s>", name, depth ? open[depth - 1] : "nothing");
            depth--;
        } else {
            at = skip_attributes(read_name(at + 1, name), &empty);
            if (empty || is_void(name))
                continue;
            assert_true(depth < DEPTH_MAX);
            strcpy(open[depth++], name);
            if (strcmp(name, "style") == 0)
                at = strstr(at, "</style>");
        }
    }
    assert_int_equal(depth, 0);
}

/* "nan" or "inf" where a number should be. */
static void assert_numbers(const char *text)
{
    assert_has_not(text, "nan%");
    assert_has_not(text, "\"nan");
    assert_has_not(text, "\"-nan");
    assert_has_not(text, "inf%");
    assert_has_not(text, "\"inf");
    assert_has_not(text, "\"-inf");
    assert_has_not(text, ">nan");
    assert_has_not(text, ">inf");
    assert_has_not(text, " nan ");
    assert_has_not(text, " inf ");
}

static void assert_page(const json_t *document)
{
    OWNED_PTR char *text = html(document);

    assert_well_formed(text);
    assert_numbers(text);
    assert_has_not(text, "http:");
    assert_has_not(text, "https:");
    assert_has_not(text, "<script");
    assert_has_not(text, "(null)");
    assert_has(text, "</html>");
}

/* --- tests --- */

static void test_example(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = html(document);

    (void)state;
    assert_page(document);
    assert_has(text, "<html lang=\"en\">");
    assert_has(text, "<h1>syscount on syscall,call=getpid</h1>");
    assert_has(text, "<span class=\"badge\">FAIL</span>");
    assert_has(text, "quad 10, off: ");
    assert_has(text, "class=\"budget\"");
    assert_has(text, "<title id=\"t1\">Effects with their intervals</title>");
    assert_has(text, "This document has no breakdown");
    json_decref(document);
}

static void test_markup_is_text(void **state)
{
    static const char hostile[] = "</title></style><script>alert(1)</script>\"'&<img src=http://x onerror=y>";
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    json_array_set_new((json_t *)document_at(document, "target.argv"), 0, json_string(hostile));
    set(document, "workload", "text", json_string(hostile));
    set(document, "workload", "operation", json_string(hostile));
    set(document, "verdict", "sentence", json_string(hostile));
    set(document, "verdict", "status", json_string("\" onclick=\"x"));
    set(document, "command", "repeat", json_string(hostile));
    set(document, "target.programs.0", "name", json_string(hostile));
    set(document, "warnings.0", "text", json_string(hostile));
    set(document, "metrics.0", "name", json_string(hostile));
    set(document, "metrics.0", "unit", json_string(hostile));
    set(document, "environment.versions", hostile, json_string(hostile));
    text = html(document);
    assert_well_formed(text);
    assert_has_not(text, "<script");
    assert_has_not(text, "<img");
    assert_has_not(text, "onclick=\"");
    assert_has(text, "&lt;/title&gt;&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
    json_decref(document);
}

static void test_control_characters_are_shown(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    set(document, "verdict", "sentence",
        json_string("a\033[31mb\x7f\xe2\x80\xae"
                    "c\xc2\x9b\xef\xbb\xbf"));
    text = html(document);
    assert_has(text, "a&#x241b;[31mb&#x2421;[U+202E]c[U+009B][U+FEFF]");
    assert_has_not(text, "\033");
    assert_has_not(text, "\xe2\x80\xae");
    json_decref(document);
}

static void test_long_texts_are_cut(void **state)
{
    json_t *document = example(), *warnings = (json_t *)document_at(document, "warnings");
    OWNED_PTR char *long_text = malloc(1000001), *text = NULL;

    (void)state;
    memset(long_text, '<', 1000000);
    long_text[1000000] = '\0';
    set(document, "verdict", "sentence", json_string(long_text));
    for (unsigned i = 0; i < 3000; i++)
        json_array_append_new(warnings, json_deep_copy(json_array_get(warnings, 0)));
    text = html(document);
    assert_well_formed(text);
    assert_true(strlen(text) < 1 << 20);
    json_decref(document);
}

/* Unknown is not zero, and a chapter without its part says so. */
static void test_missing_parts(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    json_array_clear((json_t *)document_at(document, "blocks"));
    json_object_set_new(document, "cost_split", json_null());
    json_array_clear((json_t *)document_at(document, "metrics"));
    json_array_clear((json_t *)document_at(document, "warnings"));
    json_array_clear((json_t *)document_at(document, "target.programs"));
    assert_page(document);
    text = html(document);
    assert_has(text, "None: the run ended before its first look.");
    assert_has(text, "The document holds no blocks that could be drawn.");
    assert_has(text, "This load has no latency of single operations, or no window was counted.");
    assert_has(text, "Not known for this run.");
    assert_has(text, "Not known: the target has no process of its own, or its memory could not be read.");
    assert_has(text, "No BPF program of the target is known.");
    assert_has_not(text, "class=\"tiles\"");
    json_decref(document);
}

static void test_invalid_blocks_are_marked_and_not_counted(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL, *before = html(document);

    (void)state;
    assert_has_not(before, "not counted");
    set(document, "blocks.0", "invalid", json_string("missed its rate"));
    set(document, "blocks.9", "values", json_string("none"));
    text = html(document);
    assert_page(document);
    assert_has(text, "not counted: its quad was repeated");
    assert_has(text, "href=\"#mark-bad\"");
    assert_has(text, "Some blocks of this document can&#39;t be read");
    json_decref(document);
}

/* A second target is in each chapter, under a heading of its own. */
static void test_versus(void **state)
{
    json_t *document = example(), *versus = json_object(), *block;
    static const char *const shared[] = {"target", "metrics", "cost_split", "breakdown", "warnings"};
    OWNED_PTR char *text = NULL;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAY_SIZE(shared); i++)
        json_object_set_new(versus, shared[i], json_deep_copy(json_object_get(document, shared[i])));
    json_object_set_new(versus, "between", json_array());
    json_object_set_new(versus, "ratios", json_array());
    json_object_set_new(document, "versus", versus);
    json_array_foreach(json_object_get(document, "blocks"), i, block)
    {
        if (i % 3 == 0 && strcmp(document_text(block, "arm"), "B") == 0)
            json_object_set_new(block, "arm", json_string("C"));
    }
    text = html(document);
    assert_page(document);
    assert_has(text, "<h3>Effects of the second target</h3>");
    assert_has(text, "href=\"#mark-second\"");
    assert_has(text, "curve-second");
    assert_has(text, "<h3>Second target</h3>");
    json_decref(document);
}

static json_t *part(const char *name, double estimate)
{
    return json_pack("{s:s, s:s, s:f, s:f, s:f}", "name", name, "summary", "what it is", "estimate", estimate,
                     "low", estimate - 1, "high", estimate + 1);
}

static void test_breakdown(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    json_object_set_new(document, "breakdown",
                        json_pack("{s:s, s:s, s:o, s:o, s:[]}", "metric", "cpu.per_op", "unit", "ns",
                                  "measured", part("measured", 100), "unexplained", part("unexplained", 10),
                                  "programs"));
    json_object_set_new((json_t *)document_at(document, "breakdown"), "parts",
                        json_pack("[o, o]", part("dispatch", 60), part("programs", 30)));
    text = html(document);
    assert_page(document);
    assert_has(text, "What the added CPU time is made of");
    assert_has(text, "+60.0 ns [+59.0, +61.0], 60.0 %");
    json_decref(document);
}

/* What no machine measures, where a machine's figures would be. */
static void test_extreme_blocks(void **state)
{
    static const double numbers[] = {0, -1, 1e-300, 1e100, 1.7e308, -1.7e308};
    json_t *document = example(), *block;
    size_t i;

    (void)state;
    for (unsigned kind = 0; kind < ARRAY_SIZE(numbers); kind++) {
        json_array_foreach(json_object_get(document, "blocks"), i, block)
        {
            json_t *values = json_object_get(block, "values");

            json_object_set_new(values, "target.rss_bytes", json_real(numbers[(i + kind) % 6]));
            json_object_set_new(values, "ops", json_real(numbers[kind]));
            json_object_set_new(values, "window_ns", json_real(numbers[(i + kind) % 6]));
        }
        assert_page(document);
        set(document, "workload", "primary_metric", json_string("throughput"));
        assert_page(document);
        set(document, "workload", "primary_metric", json_string("latency.p50"));
    }
    json_decref(document);
}

static void test_extreme_effects(void **state)
{
    static const double numbers[] = {0, -1, 1e-300, 1e99, -1e99, 5};
    json_t *document = example();

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(numbers) * ARRAY_SIZE(numbers); i++) {
        set(document, "metrics.0.effect", "estimate", json_real(numbers[i % ARRAY_SIZE(numbers)]));
        set(document, "metrics.1.effect", "high", json_real(numbers[i / ARRAY_SIZE(numbers)]));
        set(document, "cost_split.parts.0", "estimate", json_real(numbers[i / ARRAY_SIZE(numbers)]));
        assert_page(document);
    }
    json_decref(document);
}

/* --- axes --- */

static void test_ticks_are_round_and_inside(void **state)
{
    static const double ends[][2] = {{0, 1}, {-3, 17}, {1e-9, 2e-9}, {163, 377}, {0, 6e6}, {1e99, 1e99 + 1}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(ends) * 2; i++) {
        struct axis axis = {.logarithmic = i % 2};
        double ticks[AXIS_TICKS_MAX];
        size_t count;

        axis_widen(&axis, ends[i / 2][0]);
        axis_widen(&axis, ends[i / 2][1]);
        axis_settle(&axis, 0.05);
        assert_true(axis.low < axis.high);
        count = axis_ticks(&axis, 4, "ns", ticks);
        assert_true(count <= AXIS_TICKS_MAX);
        for (size_t k = 0; k < count; k++)
            assert_true(ticks[k] >= axis.low && ticks[k] <= axis.high && (k == 0 || ticks[k] > ticks[k - 1]));
    }
}

static void test_places(void **state)
{
    struct axis linear = {.low = 10, .high = 20}, logarithmic = {.low = 1, .high = 100, .logarithmic = true};

    (void)state;
    assert_true(axis_place(&linear, 15) == 0.5);
    assert_true(axis_place(&linear, 5) == 0);
    assert_true(axis_place(&linear, 25) == 1);
    assert_true(axis_place(&linear, NAN) == 0);
    assert_true(fabs(axis_place(&logarithmic, 10) - 0.5) < 1e-12);
    assert_true(axis_place(&logarithmic, -1) == 0);
}

static void test_labels(void **state)
{
    struct axis bytes = {.low = 0, .high = 6 << 20}, shares = {.low = -0.5, .high = 1.4};
    double ticks[AXIS_TICKS_MAX];
    char text[64];

    (void)state;
    assert_true(axis_ticks(&bytes, 4, "bytes", ticks) >= 3);
    assert_string_equal(axis_label(text, sizeof(text), &bytes, ticks[1], false, "bytes"), "2 MiB");
    assert_string_equal(axis_label(text, sizeof(text), &shares, 0.4, true, ""), "+40 %");
    assert_string_equal(axis_label(text, sizeof(text), &shares, 0, true, ""), "0 %");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_markup_is_text),
        cmocka_unit_test(test_control_characters_are_shown),
        cmocka_unit_test(test_long_texts_are_cut),
        cmocka_unit_test(test_missing_parts),
        cmocka_unit_test(test_invalid_blocks_are_marked_and_not_counted),
        cmocka_unit_test(test_versus),
        cmocka_unit_test(test_breakdown),
        cmocka_unit_test(test_extreme_blocks),
        cmocka_unit_test(test_extreme_effects),
        cmocka_unit_test(test_ticks_are_round_and_inside),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_labels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
