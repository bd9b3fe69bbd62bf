/* SPDX-License-Identifier: GPL-2.0 */
/* The formats that machines read: what each says of a verdict, and what it leaves out. */
#include "tests/unit/render.h"

#include "base/cleanup.h"
#include "orchestrator/metric.h"
#include "reports/junit_comparison.h"
#include "reports/openmetrics.h"
#include "reports/subject.h"
#include "reports/xml.h"

#include <errno.h>

/* --- JUnit --- */

static struct junit_counts counted(const json_t *document)
{
    struct junit_counts sum = {0};

    junit_count(&sum, document);
    return sum;
}

static void assert_counts(const json_t *document, unsigned failures, unsigned errors, unsigned skipped)
{
    struct junit_counts sum = counted(document);

    assert_int_equal(sum.tests, 2);
    assert_int_equal(sum.failures, failures);
    assert_int_equal(sum.errors, errors);
    assert_int_equal(sum.skipped, skipped);
}

static void judge(json_t *document, const char *status, int exit_status, const char *metric)
{
    set(document, "verdict", "status", json_string(status));
    set(document, "verdict", "exit_status", json_integer(exit_status));
    set(document, "metrics.0", "verdict", json_string(metric));
}

struct judged {
    const char *status;
    int exit_status;
    const char *metric;
    unsigned failures, errors, skipped;
};

/* Green (neither failures nor errors) exactly where the exit status is 0. */
static void test_junit_is_green_where_the_exit_status_is_0(void **state)
{
    static const struct judged rows[] = {{"fail", 1, "fail", 1, 0, 0},
                                         {"pass", 0, "pass", 0, 0, 0},
                                         {"inconclusive", 3, "inconclusive", 0, 1, 0},
                                         {"inconclusive", 0, "inconclusive", 0, 0, 1},
                                         {"inconclusive", 1, "inconclusive", 1, 0, 0},
                                         {"untrustworthy", 7, "pass", 0, 1, 1},
                                         {"untrustworthy", 7, "fail", 0, 1, 1},
                                         {"untrustworthy", 0, "pass", 0, 1, 1},
                                         {"inconclusive", 130, "pass", 0, 1, 1},
                                         {"fail", 130, "fail", 1, 1, 0},
                                         {"fail", 1, "pass", 1, 0, 0},
                                         {"inconclusive", 3, "pass", 0, 1, 0},
                                         {"measured", 5, "pass", 0, 1, 0},
                                         {"nonsense", 99, "nonsense", 0, 2, 0}};
    json_t *document = example();

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        judge(document, rows[i].status, rows[i].exit_status, rows[i].metric);
        assert_counts(document, rows[i].failures, rows[i].errors, rows[i].skipped);
    }
    json_decref(document);
}

static void test_junit_says_what_broke(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    text = rendered(document, &renderer_junit, false, 100);
    assert_has(text,
               "<testsuites name=\"tracetoll\" tests=\"2\" failures=\"1\" errors=\"0\" time=\"31.400\">");
    assert_has(text, "name=\"syscount -i 1 on syscall,call=getpid (host)\"");
    assert_has(text, "timestamp=\"2001-01-01T00:00:00\"");
    assert_has(text, "<failure type=\"budget\" message=\"latency.p50 +131 % [+128, +135] exceeds its budget "
                     "(latency.p50=10%)\">");
    assert_has(text, "effect: +131 % [+128, +135] (early, which overstates it)");
    assert_has(text, "<property name=\"environment.kernel.release\" value=\"6.18.0-fixture\"/>");
    assert_has(text, "check halves: holds");
    assert_has(text, "foreign_programs: ");
    json_decref(document);
}

static void test_junit_untrustworthy(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    judge(document, "untrustworthy", 7, "pass");
    set(document, "verdict", "reasons", json_pack("[s]", "the clock jumped"));
    text = rendered(document, &renderer_junit, false, 100);
    assert_has(text, "<error type=\"untrustworthy\" message=\"the clock jumped\">");
    assert_has(text,
               "<skipped type=\"untrustworthy\" message=\"latency.p50 +131 % [+128, +135] was not judged");
    json_decref(document);
}

/* The target's fault is told from the measurement's. */
static void test_junit_says_who_failed(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    judge(document, "untrustworthy", 5, "pass");
    text = rendered(document, &renderer_junit, false, 100);
    assert_has(text, "<error type=\"target\" message=");
    json_decref(document);
}

static void test_junit_without_a_budget_is_about_the_measurement(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    judge(document, "measured", 0, "measured");
    set(document, "metrics.0", "budget", json_null());
    assert_int_equal(counted(document).tests, 1);
    text = rendered(document, &renderer_junit, false, 100);
    assert_has_not(text, "<failure");
    assert_has(text, "latency.p50");
    json_decref(document);
}

/* As `run --against` does it: its exit status is of the comparison as well. */
static void test_junit_with_a_comparison(void **state)
{
    static const struct {
        const char *status, *row;
        enum exit_status open;
        const char *part;
        unsigned failures, errors, skipped;
    } rows[] = {
        {"measured", "pass", EXIT_INCONCLUSIVE, "name=\"the comparison itself\"", 0, 0, 0},
        {"pass", "pass", EXIT_INCONCLUSIVE, "class", 0, 0, 0},
        {"fail", "fail", EXIT_INCONCLUSIVE, "<failure type=\"fail\" message=\"+5", 1, 0, 0},
        {"fail", "pass", EXIT_INCONCLUSIVE, "<failure type=\"fail\" message=\"made up\"", 1, 0, 0},
        {"untrustworthy", "fail", EXIT_INCONCLUSIVE, "<error type=\"untrustworthy\" message=\"made up\"", 0,
         1, 1},
        {"inconclusive", "inconclusive", EXIT_INCONCLUSIVE, "<error type=\"inconclusive\"", 0, 1, 0},
        {"inconclusive", "inconclusive", EXIT_MEASURED, "<skipped type=\"inconclusive\"", 0, 0, 1},
        {"inconclusive", "pass", EXIT_BUDGET, "<failure type=\"inconclusive\"", 1, 0, 0},
        {"nonsense", "nonsense", EXIT_MEASURED, "<error type=\"nonsense\"", 0, 2, 0},
        {NULL, NULL, EXIT_MEASURED, "<error type=\"refused\" message=\"another CPU\"", 0, 1, 0},
    };
    json_t *document = example();

    (void)state;
    judge(document, "pass", 0, "pass");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        json_t *diff =
            rows[i].status
                ? json_pack("{s:{s:s, s:[s]}, s:[{s:s, s:s, s:s, s:s, s:{s:f, s:f, s:f}, s:{s:s}}]}",
                            "verdict", "status", rows[i].status, "reasons", "made up", "metrics", "name",
                            "latency.p50", "verdict", rows[i].row, "scale", "relative", "unit", "seconds",
                            "change", "estimate", 0.05, "low", 0.04, "high", 0.06, "budget", "text", "x=3%")
                : NULL;
        const struct junit_comparison comparison = {diff, "another CPU", rows[i].open};
        struct junit_counts sum = {0};
        OWNED_PTR char *text = NULL;

        junit_comparison_count(&sum, &comparison);
        assert_int_equal(sum.failures, rows[i].failures);
        assert_int_equal(sum.errors, rows[i].errors);
        assert_int_equal(sum.skipped, rows[i].skipped);
        text = rendered_with(document, &renderer_junit,
                             (struct render_options){.width = 100, .comparison = &comparison});
        assert_has(text, rows[i].part);
        assert_has(text, " on syscall,call=getpid (host), against before\"");
        assert_has(text, diff ? "<testsuites name=\"tracetoll\" tests=\"4\""
                              : "<testsuites name=\"tracetoll\" tests=\"3\"");
        json_decref(diff);
    }
    json_decref(document);
}

/* What a gate does with several. */
static void test_junit_several_suites(void **state)
{
    json_t *document = example();
    const struct junit_case failed = {JUNIT_MEASUREMENT, JUNIT_ERROR, "target", "it \"never\" attached"};
    struct junit_counts sum = {0};
    OWNED_PTR char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    junit_count(&sum, document);
    junit_count_cases(&sum, &failed, 1);
    assert_int_equal(sum.tests, 3);
    junit_begin(&sum, out);
    assert_int_equal(junit_suite(document, "a & b v1.2", out), 0);
    junit_cases("c", &failed, 1, out);
    junit_end(out);
    fclose(out);
    assert_has(text, "tests=\"3\" failures=\"1\" errors=\"1\"");
    assert_has(text, "<testsuite name=\"a &amp; b v1.2\" tests=\"2\"");
    assert_has(text, "classname=\"tracetoll.a &amp; b v1_2\"");
    assert_has(text, "<error type=\"target\" message=\"it &quot;never&quot; attached\">");
    json_decref(document);
}

static void test_xml_text(void **state)
{
    OWNED_PTR char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    xml_text(out, "<a b='c'>&\"]]>\t\n\001\177\xc2\x85\xef\xbf\xbe\xef\xbf\xbf\xed\xa0\x80\xff \xe4\xb8\xad");
    fclose(out);
    assert_string_equal(text, "&lt;a b=&apos;c&apos;&gt;&amp;&quot;]]&gt;\t\n????????? \xe4\xb8\xad");
}

/* --- OpenMetrics --- */

#define LABELS                                                                                               \
    "{target=\"syscount -i 1\",workload=\"syscall,call=getpid\",topology=\"host\",kernel=\"6.18.0-fixture\""

static void test_openmetrics_samples(void **state)
{
    static const char *const parts[] = {
        "# HELP tracetoll_verdict ",
        "tracetoll_verdict" LABELS ",verdict=\"fail\"} 1\n",
        "tracetoll_verdict" LABELS ",verdict=\"pass\"} 0\n",
        "tracetoll_metric_verdict" LABELS ",metric=\"latency.p50\",verdict=\"fail\"} 1\n",
        "tracetoll_exit_status" LABELS "} 1\n",
        "tracetoll_finished_timestamp_seconds" LABELS "} 978307231\n",
        "# UNIT tracetoll_effect_ratio ratio\n",
        "tracetoll_effect_ratio" LABELS ",metric=\"latency.p50\"} 1.312\n",
        "tracetoll_effect_low_ratio" LABELS ",metric=\"latency.p50\"} 1.281\n",
        "tracetoll_effect_limit_ratio" LABELS ",metric=\"latency.p50\"} 0.1\n",
        "tracetoll_effect_detectable_ratio" LABELS ",metric=\"latency.p50\"} 0.021\n",
        "tracetoll_baseline_seconds" LABELS ",metric=\"latency.p50\"} 1.632e-07\n",
        "tracetoll_baseline_per_second" LABELS ",metric=\"throughput\"} ",
        "tracetoll_added_bytes" LABELS ",metric=\"memory.rss\"} ",
        "tracetoll_check" LABELS ",check=\"clock\"} 1\n"};
    json_t *document = example();
    OWNED_PTR char *text = rendered(document, &renderer_openmetrics, false, 100);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        assert_has(text, parts[i]);
    assert_string_equal(text + strlen(text) - 6, "# EOF\n");
    /* It has no figure. */
    assert_has_not(text, "latency.p999");
    json_decref(document);
}

/* Header once, samples behind it, each series once: what every reader of the format asks for. */
static void test_openmetrics_families_stand_together(void **state)
{
    json_t *document = example(), *metrics = (json_t *)document_at(document, "metrics");
    OWNED_PTR char *text = NULL;
    json_t *seen = json_object();
    char family[200] = "";

    (void)state;
    json_array_append(metrics, json_array_get(metrics, 0)); /* the same name again */
    json_array_append_new(metrics, json_deep_copy(json_array_get(metrics, 0)));
    json_object_set_new(
        document, "versus",
        json_pack("{s:O, s:O}", "target", json_object_get(document, "target"), "metrics", metrics));
    text = rendered(document, &renderer_openmetrics, false, 100);
    assert_has(text, "target=\"syscount -i 1 (second)\"");
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "# HELP ", 7) == 0) {
            snprintf(family, sizeof(family), "%.*s", (int)strcspn(line + 7, " "), line + 7);
            assert_null(json_object_get(seen, family));
            json_object_set_new(seen, family, json_true());
        } else if (line[0] != '#') {
            assert_int_equal(strncmp(line, family, strlen(family)), 0);
            assert_int_equal(line[strlen(family)], '{');
            *strrchr(line, ' ') = '\0';
            assert_null(json_object_get(seen, line));
            json_object_set_new(seen, line, json_true());
        }
    }
    json_decref(seen);
    json_decref(document);
}

static void test_openmetrics_unknown_is_absent(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    set(document, "metrics.0", "baseline", json_null());
    set(document, "metrics.0", "absolute", json_null());
    set(document, "verdict", "status", json_string("nonsense"));
    set(document, "time", "finished", json_string("yesterday"));
    set(document, "metrics.1", "unit", json_string("parsec"));
    set(document, "checks.0", "ok", json_null());
    set(document, "metrics.0", "verdict", json_string("nonsense"));
    text = rendered(document, &renderer_openmetrics, false, 100);
    assert_has_not(text, "metric_verdict");
    assert_has_not(text, "tracetoll_baseline_seconds" LABELS ",metric=\"latency.p50\"");
    assert_has_not(text, "tracetoll_added_seconds" LABELS ",metric=\"latency.p50\"");
    assert_has_not(text, "tracetoll_verdict");
    assert_has_not(text, "timestamp_seconds{");
    assert_has_not(text, "check=\"sequence_b\"");
    assert_has(text, "tracetoll_baseline" LABELS ",metric=\"latency.p99\",unit=\"parsec\"} 203.1\n");
    json_decref(document);
}

static void test_openmetrics_labels_are_escaped(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    set(document, "workload", "text", json_string("a\"} 1\n\\"));
    text = rendered(document, &renderer_openmetrics, false, 100);
    assert_has(text, "workload=\"a\\\"} 1 \\\\\",topology");
    json_decref(document);
}

static void test_openmetrics_knows_every_unit(void **state)
{
    (void)state;
    for (unsigned i = 0; i < metric_count; i++)
        if (metric_table[i].unit[0] &&
            !openmetrics_unit(metric_table[i].unit)) /* "": what is observed says */
            fail_msg("%s has a unit that monitoring has no name for: %s", metric_table[i].name,
                     metric_table[i].unit);
    assert_non_null(openmetrics_unit("insn"));
    assert_null(openmetrics_unit("parsec"));
}

/* --- benchmark --- */

static json_t *benchmarks(const json_t *document)
{
    OWNED_PTR char *text = rendered(document, &renderer_benchmark, false, 100);
    json_t *entries = json_loads(text, 0, NULL);

    assert_true(json_is_array(entries));
    return entries;
}

static void test_benchmark_entries(void **state)
{
    json_t *document = example(), *entries = benchmarks(document);
    const json_t *latency =
                     document_named(entries, "syscount -i 1 on syscall,call=getpid (host): latency.p50"),
                 *throughput =
                     document_named(entries, "syscount -i 1 on syscall,call=getpid (host): throughput lost");

    (void)state;
    assert_string_equal(document_text(latency, "unit"), "%");
    assert_true(document_number(latency, "value") == 131.2);
    assert_string_equal(document_text(latency, "range"), "\302\261 3.5");
    assert_has(document_text(latency, "extra"), "interval [128.1, 134.7] %");
    /* More is better: what is lost, and its interval turned round. */
    assert_true(document_number(throughput, "value") == 53.85);
    assert_has(document_text(throughput, "extra"), "interval [53.01, 54.62] %");
    json_decref(entries);
    set(document, "verdict", "status", json_string("untrustworthy"));
    entries = benchmarks(document);
    assert_int_equal(json_array_size(entries), 0);
    json_decref(entries);
    json_decref(document);
}

/* --- CSV --- */

static void test_csv_rows(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;
    size_t lines = 0;

    (void)state;
    set(document, "blocks.0", "invalid", json_string("=cmd|' /C calc'!A0"));
    set(document, "blocks.1", "invalid", json_string("a \"b\", c"));
    set(document, "blocks.0.values", "x,\"y", json_integer(-3));
    text = rendered(document, &renderer_csv, false, 100);
    for (const char *at = text; (at = strchr(at, '\n')); at++) {
        assert_int_equal(at[-1], '\r');
        lines++;
    }
    assert_int_equal(lines, 1 + document_count(document, "blocks"));
    assert_has(text, "phase,arm,invalid,quad,position,start_ns,");
    assert_has(text, ",latency.p999_ns,values.ops,");
    assert_has(text, "\r\nquad,B,\"'=cmd|' /C "
                     "calc'!A0\",0,0,1074000000,250000000,100000000,631199,244208457,373,14375,375.4");
    assert_has(text, "\r\nquad,A,\"a \"\"b\"\", c\",0,1,");
    assert_has(text, ",\"values.x,\"\"y\"");
    assert_has(text, ",-3");
    json_decref(document);
}

/* A percentile that a block has too few operations for, and one of a histogram that is none, are empty. */
static void test_csv_unknown_is_empty(void **state)
{
    json_t *document = example();
    OWNED_PTR char *text = NULL;

    (void)state;
    set(document, "blocks.0", "latency",
        json_pack("{s:i, s:i, s:i, s:i, s:[[i,i]]}", "count", 50, "sum_ns", 5000, "min_ns", 100, "max_ns",
                  100, "buckets", 100, 50));
    set(document, "blocks.1", "latency", json_string("none"));
    set(document, "blocks.1.values", "ops", json_null());
    text = rendered(document, &renderer_csv, false, 100);
    assert_has(text, ",100000000,50,5000,100,100,100.5,,,,631199,");
    assert_has(text, "quad,A,,0,1,1431400000,250000000,100000000,,,,,,,,,,250024865,");
    json_decref(document);
}

static void test_csv_refuses_a_flood(void **state)
{
    json_t *document = example(), *values = (json_t *)document_at(document, "blocks.0.values");
    struct render_options options = {.width = 100};
    OWNED_FILE FILE *out = fopen("/dev/null", "w");

    (void)state;
    for (unsigned i = 0; i < 5000; i++) {
        char name[20];

        snprintf(name, sizeof(name), "v%u", i);
        json_object_set_new(values, name, json_integer(1));
    }
    assert_int_equal(renderer_csv.render(document, &options, out), -E2BIG);
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_junit_is_green_where_the_exit_status_is_0),
        cmocka_unit_test(test_junit_says_what_broke),
        cmocka_unit_test(test_junit_untrustworthy),
        cmocka_unit_test(test_junit_says_who_failed),
        cmocka_unit_test(test_junit_without_a_budget_is_about_the_measurement),
        cmocka_unit_test(test_junit_with_a_comparison),
        cmocka_unit_test(test_junit_several_suites),
        cmocka_unit_test(test_xml_text),
        cmocka_unit_test(test_openmetrics_samples),
        cmocka_unit_test(test_openmetrics_families_stand_together),
        cmocka_unit_test(test_openmetrics_unknown_is_absent),
        cmocka_unit_test(test_openmetrics_labels_are_escaped),
        cmocka_unit_test(test_openmetrics_knows_every_unit),
        cmocka_unit_test(test_benchmark_entries),
        cmocka_unit_test(test_csv_rows),
        cmocka_unit_test(test_csv_unknown_is_empty),
        cmocka_unit_test(test_csv_refuses_a_flood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
