/* SPDX-License-Identifier: GPL-2.0 */
/* What endpoints serve to Prometheus, as the format's description has it, and as broken as it comes. */
#include "tests/unit/unit.h"

#include "workloads/exposition.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char page[] = "# HELP http_requests_total The total number of HTTP requests.\n"
                           "# TYPE http_requests_total counter\n"
                           "http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\n"
                           "http_requests_total{method=\"post\",code=\"400\"}    3 1395066363000\n"
                           "\n"
                           "# Escaping in label values:\n"
                           "msdos_file_access_time_seconds{path=\"C:\\\\DIR\\\\FILE.TXT\",error=\"Cannot "
                           "find file:\\n\\\"FILE.TXT\\\"\"} "
                           "1.458255915e9\n"
                           "metric_without_timestamp_and_labels 12.47\n"
                           "something_weird{problem=\"division by zero\"} +Inf -3982045\n"
                           "rpc_bucket{job=\"a\",le=\"0.05\"} 24054\n"
                           "rpc_bucket{job=\"a\",le=\"0.1\"} 33444 # {trace=\"x\"} 0.07\n"
                           "rpc_bucket{job=\"a\",le=\"+Inf\"} 144320\n"
                           "rpc_bucket{job=\"b\",le=\"0.1\",} 6\n"
                           "rpc_bucket{job=\"b\",le=\"+Inf\"} 80\n"
                           "rpc_bucket{job=\"b\",le=\"0.05\"} 5\n"
                           "rpc_sum{job=\"a\"} 53423\n"
                           "broken{a=\"b\n"
                           "# EOF\n";

static int read_one(const char *text, const char *metric, struct exposition_reading *reading)
{
    struct exposition_selector selector;
    int result;

    assert_int_equal(exposition_selector_parse(metric, &selector), 0);
    result = exposition_read(text, strlen(text), &selector, reading);
    exposition_selector_free(&selector);
    return result;
}

static int read_histogram(const char *text, const char *metric, struct exposition_reading *reading)
{
    struct exposition_selector selector;
    int result;

    assert_int_equal(exposition_selector_parse(metric, &selector), 0);
    result = exposition_read_histogram(text, strlen(text), &selector, reading);
    exposition_selector_free(&selector);
    return result;
}

static void series_are_added_up(void **state)
{
    struct exposition_reading reading;

    (void)state;
    assert_int_equal(read_one(page, "http_requests_total", &reading), 0);
    assert_true(reading.value == 1030 && reading.series == 2);
    assert_int_equal(read_one(page, "http_requests_total{code=\"400\"}", &reading), 0);
    assert_true(reading.value == 3 && reading.series == 1);
    assert_int_equal(read_one(page, "http_requests_total{code=\"40\"}", &reading), 0);
    assert_int_equal(reading.series, 0);
    assert_int_equal(read_one(page, "http_requests", &reading), 0); /* no prefix of a name is a name */
    assert_int_equal(reading.series, 0);
}

static void labels_are_unescaped(void **state)
{
    struct exposition_reading reading;

    (void)state;
    assert_int_equal(
        read_one(page, "msdos_file_access_time_seconds{path=\"C:\\\\DIR\\\\FILE.TXT\"}", &reading), 0);
    assert_true(reading.series == 1 && reading.value == 1.458255915e9);
    assert_int_equal(read_one(page, "metric_without_timestamp_and_labels", &reading), 0);
    assert_true(reading.value == 12.47);
    assert_int_equal(read_one(page, "something_weird", &reading), 0);
    assert_true(isinf(reading.value));
}

static void a_line_that_is_wanted_must_be_readable(void **state)
{
    static const char *const wrong[] = {"m",      "m x",    "m{a=b} 1", "m{a=\"b\"", "m{a=\"b\" c=\"d\"} 1",
                                        "m 0x10", "m{a} 1", "m 1e",     "m{a=\"\\",  "m nan(1)"};
    struct exposition_reading reading;

    (void)state;
    assert_int_equal(read_one(page, "broken", &reading), -EINVAL);
    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(read_one(wrong[i], "m", &reading), -EINVAL);
}

static void selectors(void **state)
{
    static const char *const wrong[] = {"", "1x", "a b", "a{", "a{b}", "a{b=\"c\"} ", "a-b"};
    struct exposition_selector selector;

    (void)state;
    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(exposition_selector_parse(wrong[i], &selector), -EINVAL);
    assert_int_equal(exposition_selector_parse("a:b_1{c=\"d\\\"e\",f=\"\"}", &selector), 0);
    assert_string_equal(selector.name, "a:b_1");
    assert_int_equal(selector.label_count, 2);
    assert_string_equal(selector.labels[0].value, "d\"e");
    exposition_selector_free(&selector);
    assert_int_equal(exposition_selector_parse("a{b='c',d='e\"'}", &selector), 0);
    assert_string_equal(selector.labels[1].value, "e\"");
    exposition_selector_free(&selector);
}

static void buckets_in_any_order_of_all_series(void **state)
{
    struct exposition_reading reading;

    (void)state;
    assert_int_equal(read_histogram(page, "rpc", &reading), 0);
    assert_int_equal(reading.bucket_count, 3);
    assert_true(reading.buckets[0].le == 0.05 && reading.buckets[0].count == 24059);
    assert_true(reading.buckets[1].le == 0.1 && reading.buckets[1].count == 33450);
    assert_true(isinf(reading.buckets[2].le) && reading.buckets[2].count == 144400);
    assert_int_equal(read_histogram(page, "rpc{job=\"b\"}", &reading), 0);
    assert_true(reading.buckets[2].count == 80);
}

static void a_histogram_has_to_be_whole(void **state)
{
    struct exposition_reading reading;
    char *many = NULL;
    size_t size;
    FILE *out = open_memstream(&many, &size);

    (void)state;
    assert_int_equal(read_histogram("m_bucket{le=\"1\"} 5\n", "m", &reading), -EINVAL);
    assert_int_equal(read_histogram("m_bucket{} 5\n", "m", &reading), -EINVAL);
    assert_int_equal(read_histogram("m_bucket{le=\"x\"} 5\n", "m", &reading), -EINVAL);
    assert_int_equal(read_histogram("m_bucket{le=\"+Inf\"} -5\n", "m", &reading), -EINVAL);
    assert_int_equal(read_histogram("m_bucket{le=\"+Inf\"} NaN\n", "m", &reading), -EINVAL);
    for (unsigned i = 0; i <= EXPOSITION_BUCKETS_MAX; i++)
        fprintf(out, "m_bucket{le=\"%u\"} 1\n", i);
    fclose(out);
    assert_int_equal(read_histogram(many, "m", &reading), -E2BIG);
    free(many);
}

/* 100 observations: 50 up to 1, 40 more up to 2, 10 above. */
static void quantiles_by_what_was_added(void **state)
{
    struct exposition_reading before, after;
    bool above;

    (void)state;
    assert_int_equal(
        read_histogram("m_bucket{le=\"1\"} 1000\nm_bucket{le=\"2\"} 1000\nm_bucket{le=\"+Inf\"} 5000\n", "m",
                       &before),
        0);
    assert_int_equal(
        read_histogram("m_bucket{le=\"1\"} 1050\nm_bucket{le=\"2\"} 1090\nm_bucket{le=\"+Inf\"} 5100\n", "m",
                       &after),
        0);
    assert_true(exposition_observations(&before, &after) == 100);
    assert_true(fabs(exposition_quantile(&before, &after, 0.25, NULL) - 0.5) < 1e-12);
    assert_true(fabs(exposition_quantile(&before, &after, 0.5, NULL) - 1) < 1e-12);
    assert_true(fabs(exposition_quantile(&before, &after, 0.7, NULL) - 1.5) < 1e-12);
    assert_true(exposition_quantile(&before, &after, 0.9, &above) == 2 && !above);
    assert_true(exposition_quantile(&before, &after, 0.99, &above) == 2 &&
                above); /* nothing is known there */
}

static void no_quantile_without_a_common_history(void **state)
{
    static const char one[] = "m_bucket{le=\"1\"} 5\nm_bucket{le=\"+Inf\"} 9\n",
                      fewer[] = "m_bucket{le=\"1\"} 2\nm_bucket{le=\"+Inf\"} 9\n",
                      other[] = "m_bucket{le=\"2\"} 5\nm_bucket{le=\"+Inf\"} 9\n",
                      odd[] = "m_bucket{le=\"1\"} 9\nm_bucket{le=\"+Inf\"} 10\n";
    const char *const later[] = {one, fewer, other, odd, ""};
    struct exposition_reading before, after;

    (void)state;
    assert_int_equal(read_histogram(one, "m", &before), 0);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(read_histogram(later[i], "m", &after), 0);
        assert_true(isnan(exposition_quantile(&before, &after, 0.5, NULL)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(series_are_added_up),
        cmocka_unit_test(labels_are_unescaped),
        cmocka_unit_test(a_line_that_is_wanted_must_be_readable),
        cmocka_unit_test(selectors),
        cmocka_unit_test(buckets_in_any_order_of_all_series),
        cmocka_unit_test(a_histogram_has_to_be_whole),
        cmocka_unit_test(quantiles_by_what_was_added),
        cmocka_unit_test(no_quantile_without_a_common_history),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
