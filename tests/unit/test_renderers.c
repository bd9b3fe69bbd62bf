/* SPDX-License-Identifier: GPL-2.0 */
/* The reports say what the document says. */
#include "tests/unit/render.h"

#include "base/cleanup.h"
#include "reports/text.h"

static void test_text_says_what_the_document_says(void **state)
{
    static const char *const parts[] = {
        "FAIL  syscount makes getpid at least 2.3 times slower",
        "163.2 ns",
        "377.4 ns",
        "+131 % [+128, +135] early",
        "2.1 %",
        "+10 %",
        "-53.8 % [-54.6, -53.0]",
        "+0.0071 cores [+0.0038, +0.0102]",
        "99.2 % confidence",
        "tracepoint:raw_syscalls:sys_exit",
        "the tool's own processes",
        "equal to 11.0 times as many quads",
        "+132 % [+124, +140]",
        "foreign_programs: 1 BPF program",
        "-> Unload it",
        "5 of 5 hold",
        "attached in 51.88 ms (352.1 ms the first time)",
        "--seed 8144017263544211907 -- syscount -i 1\n",
        "3 maps, 2.039 MiB and 1 of unknown size",
    };
    json_t *document = example();
    OWNED_PTR char *text = rendered(document, &renderer_text, false, 1000);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        assert_has(text, parts[i]);
    assert_has_not(text, "\033");
    json_decref(document);
}

/* The other formats are about something else, or leave out what has no figure. */
static void test_every_metric_in_every_report(void **state)
{
    static const struct renderer *const renderers[] = {&renderer_text, &renderer_markdown, &renderer_json,
                                                       &renderer_junit};
    json_t *document = example();

    (void)state;
    for (size_t r = 0; r < ARRAY_SIZE(renderers); r++) {
        OWNED_PTR char *text = rendered(document, renderers[r], false, 100);

        for (size_t i = 0; i < document_count(document, "metrics"); i++)
            assert_has(text, document_text(document_item(document, "metrics", i), "name"));
    }
    json_decref(document);
}

/* Parts one behind the other, each from where the one before ends. */
static void test_breakdown(void **state)
{
    static const char breakdown[] =
        "{\"unit\": \"ns\", \"measured\": {\"estimate\": 300, \"low\": 290, \"high\": 310},"
        " \"parts\": [{\"name\": \"dispatch\", \"summary\": \"there\", \"estimate\": 100, \"low\": 90, "
        "\"high\": 110},"
        "            {\"name\": \"programs\", \"summary\": \"done\", \"estimate\": 200, \"low\": 200, "
        "\"high\": 200}],"
        " \"unexplained\": {\"estimate\": 0, \"low\": -14, \"high\": 14},"
        " \"latency\": {\"unit\": \"ns\", \"measured\": {\"estimate\": 150, \"low\": 140, \"high\": 160},"
        "   \"parts\": [{\"name\": \"dispatch\", \"summary\": \"there\", \"estimate\": 140, \"low\": 140, "
        "\"high\": 140}],"
        "   \"unexplained\": {\"estimate\": 10, \"low\": 0, \"high\": 20}},"
        " \"programs\": [{\"name\": \"p\", \"attach\": \"raw_tp:x\", \"runs_per_op\": 1,"
        "                \"dispatch\": {\"estimate\": 100}, \"body\": 200}]}";
    static const struct renderer *const renderers[] = {&renderer_text, &renderer_markdown, &renderer_explain};
    json_t *document = example();

    (void)state;
    assert_int_equal(json_object_set_new(document, "breakdown", json_loads(breakdown, 0, NULL)), 0);
    for (size_t i = 0; i < ARRAY_SIZE(renderers); i++) {
        OWNED_PTR char *text = rendered(document, renderers[i], false, 120);

        assert_has(text, "Where the cost comes from");
        assert_has(text, "==========");
        assert_has(text, "          ====================");
        assert_has(text, "66.7 %");
        assert_has(text, "known to wait for");
    }
    json_decref(document);
}

static void test_markdown_sections(void **state)
{
    static const char *const parts[] = {"## Environment\n",      "## Scenario\n",
                                        "## Indicators\n",       "## Where the cost lands\n",
                                        "## Programs\n",         "## Conclusion\n",
                                        "## Warnings\n",         "## How to repeat\n",
                                        "```sh\ntracetoll run ", "+131 % [+128, +135] early",
                                        "+132 % [+124, +140] |"};
    json_t *document = example();
    OWNED_PTR char *text = rendered(document, &renderer_markdown, false, 100);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        assert_has(text, parts[i]);
    json_decref(document);
}

static void make_pass(json_t *document)
{
    set(document, "verdict", "status", json_string("pass"));
    set(document, "metrics.0", "verdict", json_string("pass"));
    set(document, "metrics.0", "at_least", json_false());
    set(document, "metrics.0", "detected", json_false());
    set(document, "metrics.0", "note",
        json_string("PASS cannot exclude costs that occur in fewer than 26 % of quads."));
}

static void test_pass_says_what_it_cannot_exclude(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL, *markdown = NULL;

    (void)state;
    make_pass(document);
    text = rendered(document, &renderer_text, false, 1000);
    markdown = rendered(document, &renderer_markdown, false, 100);
    assert_has(text, "PASS  ");
    assert_has(text, "no effect detected; smallest effect this run could have seen: 2.1 %");
    assert_has(markdown, "smallest effect this run could have seen: 2.1 %");
    assert_has(text, "fewer than 26 %");
    assert_has(markdown, "fewer than 26 %");
    assert_has_not(text, ">=");
    json_decref(document);
}

static void test_inconclusive_says_how_much_more(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    set(document, "verdict", "status", json_string("inconclusive"));
    set(document, "metrics.0", "verdict", json_string("inconclusive"));
    set(document, "metrics.0", "needed_quads", json_real(61.3));
    set(document, "metrics.0", "needed_seconds", json_real(118));
    text = rendered(document, &renderer_text, false, 1000);
    assert_has(text, "about 61 quads would decide it (1 min 58 s); try --quads long.");
    free(text);
    set(document, "metrics.0", "needed_quads", json_integer(700));
    text = rendered(document, &renderer_text, false, 1000);
    assert_has(text, "about 700 quads would decide it (1 min 58 s), more than --quads long has");
    json_decref(document);
}

static void test_steady_losses_and_failed_checks(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    json_object_set_new(document, "steady",
                        json_pack("{s:s,s:s,s:i,s:f,s:[],s:{s:f,s:f,s:f},s:b,s:{s:f,s:f,s:f}}", "metric",
                                  "latency.p50", "unit", "ns", "seconds", 15, "baseline", 163.0, "bins",
                                  "late_estimate", "estimate", 1.5, "low", 1.4, "high", 1.6, "differs", 1,
                                  "memory_growth", "bytes_per_second", 2048.0, "low", 1024.0, "high",
                                  3072.0));
    set(document, "target", "lost_events", json_integer(12));
    set(document, "checks.2", "ok", json_false());
    set(document, "checks.3", "ok", json_null());
    set(document, "metrics.0", "judged_on", json_string("steady"));
    text = rendered(document, &renderer_text, false, 1000);
    assert_has(text, "15 s. Its late part shows latency.p50 +150 % [+140, +160], which differs from");
    assert_has(text, "+2.00 KiB [+1.00, +3.00]");
    assert_has(text, "lost 12 events");
    assert_has(text, "3 of 5 hold, 1 could not be made");
    assert_has(text, "does not hold: first half against second half, +0.60 % [-1.50, +2.70]");
    assert_has(text, "Judged on the long attachment");
    json_decref(document);
}

static void test_no_budget_no_column(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    set(document, "verdict", "status", json_string("measured"));
    set(document, "metrics.0", "budget", json_null());
    set(document, "metrics.0", "verdict", json_string("measured"));
    set(document, "metrics.0", "at_least", json_false());
    text = rendered(document, &renderer_text, false, 1000);
    assert_has_not(text, "budget  verdict");
    assert_has_not(text, "wrong PASS");
    json_decref(document);
}

/* Nothing that can be wrapped runs over the width, nor does an ordinary table of indicators. */
static void test_width(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    json_array_clear((json_t *)document_at(document, "target.programs"));
    set(document, "command", "repeat", json_string("tracetoll run"));
    text = rendered(document, &renderer_text, false, 100);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (text_width(line) > 100)
            fail_msg("%u columns: %s", text_width(line), line);
    json_decref(document);
}

static void test_find(void **state)
{
    struct error error;

    (void)state;
    assert_ptr_equal(renderer_find("text", &error), &renderer_text);
    assert_ptr_equal(renderer_find("md", &error), &renderer_markdown);
    assert_null(renderer_find("markdwn", &error));
    assert_int_equal(error.status, EXIT_USAGE);
    assert_has(error.message, "did you mean \"markdown\"?");
}

static void test_full_disk(void **state)
{
    json_t *document = example();

    (void)state;
    for (const struct renderer *const *at = renderer_table; *at; at++) {
        struct render_options options = {.width = 100};
        FILE *out = fopen("/dev/full", "w");

        setvbuf(out, NULL, _IONBF, 0);
        assert_true((*at)->render(document, &options, out) < 0);
        fclose(out);
    }
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_says_what_the_document_says),
        cmocka_unit_test(test_every_metric_in_every_report),
        cmocka_unit_test(test_breakdown),
        cmocka_unit_test(test_markdown_sections),
        cmocka_unit_test(test_pass_says_what_it_cannot_exclude),
        cmocka_unit_test(test_inconclusive_says_how_much_more),
        cmocka_unit_test(test_steady_losses_and_failed_checks),
        cmocka_unit_test(test_no_budget_no_column),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_full_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
