/* SPDX-License-Identifier: GPL-2.0 */
/* Trends: what stands in one series, in which order, and what is found there. */
#include "tests/unit/history.h"

#include "reports/history/print.h"
#include "reports/text.h"

/* What each day's document has; a NULL version stays as it is. */
struct day {
    double effect;
    const char *version, *kernel; /* JSON */
};

static void add_days(struct history *history, const json_t *base, const struct day *days, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        OWNED_JSON json_t *document = document_of_day(base, (int)i);

        set_effect(document, days[i].effect, 0.01);
        if (days[i].version)
            change(document, "environment.versions", "target", days[i].version);
        if (days[i].kernel)
            change(document, "environment.kernel", "release", days[i].kernel);
        add_to(history, document);
    }
}

/* A new reference. */
static json_t *trend_of(struct history *history, const char *order)
{
    const struct trend_options options = {.order = trend_order_find(order, NULL), .alarms = TREND_ALARMS};
    struct error error = {0};
    json_t *trend = NULL;

    if (trend_compose(history, &options, &trend, &error))
        fail_msg("%s", error.message);
    return trend;
}

static json_t *trend_of_days(const struct day *days, unsigned count, const char *order)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    struct history *history;
    json_t *trend;

    make_place(&place);
    history = open_place(&place);
    add_days(history, base, days, count);
    trend = trend_of(history, order);
    history_close(history);
    return trend;
}

static const struct day stepped[] = {
    {.20, "\"1.9\"", NULL},  {.205, "\"1.9\"", NULL},  {.195, "\"1.9\"", NULL},  {.20, "\"1.9\"", NULL},
    {.30, "\"1.10\"", NULL}, {.305, "\"1.10\"", NULL}, {.295, "\"1.10\"", NULL}, {.30, "\"1.10\"", NULL},
};

static void test_step(void **state)
{
    OWNED_JSON json_t *trend = trend_of_days(stepped, ARRAY_SIZE(stepped), "time");
    const json_t *metric = document_at(trend, "series.0.metrics.0"),
                 *found = document_at(metric, "changes.0");

    (void)state;
    assert_int_equal(document_count(trend, "series"), 1);
    assert_string_equal(document_text(metric, "name"), "latency.mean");
    assert_string_equal(document_text(metric, "status"), "changed");
    assert_int_equal(document_count(metric, "changes"), 1);
    assert_int_equal((int)document_number(found, "at"), 4);
    assert_close(document_number(found, "before"), 0.2, 1e-3);
    assert_close(document_number(found, "behind"), 0.3, 1e-3);
    assert_close(document_number(found, "change.estimate"), 1.3 / 1.2 - 1, 1e-3);
    assert_true(document_is_true(found, "worse"));
    assert_string_equal(document_text(found, "from.version"), "1.9");
    assert_string_equal(document_text(found, "to.version"), "1.10");
    assert_non_null(strstr(document_text(found, "sentence"), "dearer"));
    assert_non_null(strstr(document_text(found, "sentence"), "version (1.9 to 1.10)"));
    assert_close(document_number(metric, "level.estimate"), 0.3, 1e-3);
    assert_true(document_number(metric, "level.low") < 0.3 && document_number(metric, "level.high") > 0.3);
}

/* 1.10 is behind 1.9, and each kernel stands alone. */
static void test_orders(void **state)
{
    struct day days[16];
    OWNED_JSON json_t *by_version, *by_kernel;

    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        days[i] = stepped[7 - i / 2]; /* the newer version was measured first */
        days[i].kernel = i % 2 ? "\"6.12\"" : "\"6.9\"";
    }
    by_version = trend_of_days(days, 16, "version");
    assert_int_equal(document_count(by_version, "series"), 2);
    for (size_t i = 0; i < 2; i++) {
        const json_t *metric = document_at(document_item(by_version, "series", i), "metrics.0");

        assert_int_equal(document_count(metric, "points"), 8);
        assert_string_equal(document_text(metric, "points.0.version"), "1.9");
        assert_string_equal(document_text(metric, "changes.0.to.version"), "1.10");
        assert_true(document_is_true(metric, "changes.0.worse"));
    }
    by_kernel = trend_of_days(days, 16, "kernel");
    assert_int_equal(document_count(by_kernel, "series"), 2);
    assert_string_equal(document_text(by_kernel, "series.0.metrics.0.points.0.kernel"), "6.9");
    assert_string_equal(document_text(by_kernel, "series.0.metrics.0.points.7.kernel"), "6.12");
    assert_string_equal(document_text(by_kernel, "series.0.metrics.0.status"), "steady");
}

static void test_few(void **state)
{
    OWNED_JSON json_t *trend = trend_of_days(stepped + 3, 3, "time");

    (void)state;
    assert_string_equal(document_text(trend, "series.0.metrics.0.status"), "too_few");
    assert_null(document_at(trend, "series.0.metrics.0.level"));
    assert_int_equal(document_count(trend, "series.0.metrics.0.changes"), 0);
}

/* Of `count` days: 'r' a relative effect of 20 %, 'a' an absolute one of 500. A new reference. */
static json_t *trend_of_scales(const char *scales)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    struct history *history;
    json_t *trend;

    make_place(&place);
    history = open_place(&place);
    for (int day = 0; scales[day]; day++) {
        OWNED_JSON json_t *document = document_of_day(base, day);

        if (scales[day] == 'a')
            set_effect_on(document, "absolute", 500, 5);
        else
            set_effect(document, 0.2 + (day % 2) * 0.001, 0.01);
        add_to(history, document);
    }
    trend = trend_of(history, "time");
    history_close(history);
    return trend;
}

/* A budget in nanoseconds makes an effect absolute: it stands on no axis with the others. */
static void test_one_scale(void **state)
{
    static const struct {
        const char *scales, *wanted;
        unsigned points, others;
    } cases[] = {
        {"arrrrar", "relative", 5, 2}, {"raaaaa", "absolute", 5, 1}, {"rraa", "absolute", 2, 2},
        {"aarr", "relative", 2, 2},    {"rrrr", "relative", 4, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWNED_JSON json_t *trend = trend_of_scales(cases[i].scales);
        const json_t *metric = document_at(trend, "series.0.metrics.0");

        assert_string_equal(document_text(metric, "scale"), cases[i].wanted);
        assert_int_equal(document_count(metric, "points"), cases[i].points);
        assert_int_equal((int)document_number(metric, "other_scale"), cases[i].others);
        assert_string_equal(document_text(metric, "status"), cases[i].points < 4 ? "too_few" : "steady");
        assert_true(document_number(metric, "points.0.estimate") < 1 ||
                    strcmp(cases[i].wanted, "absolute") == 0);
    }
}

/* What nobody should believe is counted and not shown; another machine is another series. */
static void test_what_stands_in_one(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01), *other = json_deep_copy(base),
                      *doubt = json_deep_copy(base);
    OWNED_JSON json_t *trend;
    struct history *history;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    add_to(history, base);
    change(other, "environment.cpu", "model", "\"Other CPU\"");
    add_to(history, other);
    change(doubt, "verdict", "status", "\"untrustworthy\"");
    add_to(history, doubt);
    change(doubt, "verdict", "status", "\"measured\"");
    change(doubt, "", "warnings",
           "[{\"code\": \"never_fired\", \"text\": \"nothing ran\", \"remedy\": null}]");
    add_to(history, doubt);
    trend = trend_of(history, "time");
    assert_int_equal(document_count(trend, "series"), 2);
    assert_int_equal((int)document_number(trend, "left_out"), 2);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            document_count(document_at(document_item(trend, "series", i), "metrics.0"), "points"), 1);
    history_close(history);
}

static unsigned left_out_of(struct history *history, const char *metrics)
{
    const struct trend_options options = {
        .filter = {.metrics = metrics}, .order = trend_order_find("time", NULL), .alarms = TREND_ALARMS};
    OWNED_JSON json_t *trend = NULL;
    struct error error = {0};

    if (trend_compose(history, &options, &trend, &error))
        fail_msg("%s", error.message);
    return (unsigned)document_number(trend, "left_out");
}

/* Each document once, whichever metric is asked for and however many it has. */
static void test_left_out(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01), *doubt = json_deep_copy(base),
                      *bare = document_of_day(base, 1);
    struct history *history;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    add_memory(base, 1e6, 1e4, 1e4);
    add_to(history, base);
    add_memory(doubt, 2e6, 1e4, 1e4);
    change(doubt, "verdict", "status", "\"untrustworthy\"");
    add_to(history, doubt);
    assert_int_equal(left_out_of(history, NULL), 1);
    assert_int_equal(left_out_of(history, "*"), 1);
    assert_int_equal(left_out_of(history, "memory.rss"), 1);
    assert_int_equal(left_out_of(history, "no.such"), 0);
    /* One that has no figure of what is asked for. */
    assert_int_equal(json_object_set_new(bare, "metrics", json_array()), 0);
    add_to(history, bare);
    assert_int_equal(left_out_of(history, NULL), 2);
    assert_int_equal(left_out_of(history, "*"), 2);
    assert_int_equal(left_out_of(history, "memory.rss"), 2);
    assert_int_equal(left_out_of(history, "no.such"), 0);
    history_close(history);
}

/* --- exact --- */

/* Differences of its seeds, in instructions. A new reference. */
static json_t *exact_document(const json_t *base, double low, double high)
{
    json_t *document = json_deep_copy(base), *seeds = json_array();

    for (int i = 0; i < 2; i++)
        json_array_append_new(seeds, json_pack("{s:i, s:[{s:s, s:f, s:f, s:f}]}", "seed", i, "metrics",
                                               "name", "latency.mean", "baseline", 1000.0, "with_target",
                                               1000 + (i ? high : low), "difference", i ? high : low));
    json_object_set_new(document, "exact", json_pack("{s:s, s:o}", "qemu", "7.2", "seeds", seeds));
    change(document, "design", "kind", "\"exact\"");
    return document;
}

/* Within the spread of the seeds is none; small steps that add up are one. */
static void test_exact(void **state)
{
    static const double lows[] = {100, 101, 99, 102, 104, 106, 106};
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01), *trend;
    struct history *history;
    const json_t *metric;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    for (size_t i = 0; i < ARRAY_SIZE(lows); i++) {
        OWNED_JSON json_t *document = exact_document(base, lows[i], lows[i] + 3);

        change(document, "environment.versions", "target", i < 5 ? "\"1\"" : "\"2\"");
        json_object_set_new(document, "comment", json_integer((json_int_t)i));
        add_to(history, document);
    }
    trend = trend_of(history, "time");
    metric = document_named(document_at(trend, "series.0.metrics"), "latency.mean");
    assert_int_equal(document_count(metric, "points"), ARRAY_SIZE(lows));
    assert_int_equal(document_count(metric, "changes"), 1);
    assert_int_equal((int)document_number(metric, "changes.0.at"), 4);
    assert_close(document_number(metric, "changes.0.change.estimate"), 4, 1e-9);
    assert_close(document_number(metric, "changes.0.change.low"), 1, 1e-9);
    assert_close(document_number(metric, "changes.0.change.high"), 7, 1e-9);
    assert_null(document_at(metric, "changes.0.p"));
    history_close(history);
}

/* Two documents of each version. A new reference. */
static json_t *exact_over_versions(const double *lows, unsigned count)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    struct history *history;
    json_t *trend;

    make_place(&place);
    history = open_place(&place);
    for (unsigned i = 0; i < count; i++) {
        OWNED_JSON json_t *document = exact_document(base, lows[i], lows[i] + 3);
        char version[16];

        snprintf(version, sizeof(version), "\"%u\"", i / 2 + 1);
        change(document, "environment.versions", "target", version);
        json_object_set_new(document, "comment", json_integer(i));
        add_to(history, document);
    }
    trend = trend_of(history, "version");
    history_close(history);
    return trend;
}

/* What differs between two documents of one version is no change of versions, nor hides one. */
static void test_exact_over_versions(void **state)
{
    static const double within[] = {100, 110, 110, 111}, between[] = {100, 101, 110, 120, 121, 111};
    OWNED_JSON json_t *none = exact_over_versions(within, ARRAY_SIZE(within));
    OWNED_JSON json_t *one = exact_over_versions(between, ARRAY_SIZE(between));
    const json_t *metric = document_named(document_at(none, "series.0.metrics"), "latency.mean");

    (void)state;
    assert_int_equal(document_count(metric, "points"), 4);
    assert_string_equal(document_text(metric, "status"), "steady");
    metric = document_named(document_at(one, "series.0.metrics"), "latency.mean");
    assert_int_equal(document_count(metric, "changes"), 1);
    assert_int_equal((int)document_number(metric, "changes.0.at"), 2);
    assert_string_equal(document_text(metric, "changes.0.from.version"), "1");
    assert_string_equal(document_text(metric, "changes.0.to.version"), "2");
    assert_close(document_number(metric, "changes.0.change.low"), 110 - 104, 1e-9);
    assert_close(document_number(metric, "changes.0.change.high"), 123 - 100, 1e-9);
}

/* --- for people --- */

static char *printed(const json_t *trend, bool html)
{
    const struct render_options options = {.width = 100};
    OWNED_JSON json_t *harmless = text_harmless(trend, 1000);
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_int_equal(html ? history_print_trend_html(harmless, out)
                          : history_print_trend(harmless, true, &options, out),
                     0);
    fclose(out);
    return text;
}

static void test_printed(void **state)
{
    OWNED_JSON json_t *trend = trend_of_days(stepped, ARRAY_SIZE(stepped), "time");
    OWNED_PTR char *text = printed(trend, false);

    (void)state;
    assert_non_null(strstr(text, "8 documents: 1 change; now +30"));
    assert_non_null(strstr(text, "change   "));
    assert_non_null(strstr(text, "~~~~"));
    assert_non_null(strstr(text, "[---"));
    assert_non_null(strstr(text, "at most 1.00 %"));
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        assert_true(strcspn(line, "\n") <= 110);
}

static void test_other_scale_is_printed(void **state)
{
    OWNED_JSON json_t *trend = trend_of_scales("rrrrar");
    OWNED_PTR char *text = printed(trend, false), *page = printed(trend, true);

    (void)state;
    assert_non_null(strstr(text, "5 documents: no change found"));
    assert_non_null(strstr(text, "1 document left out: with a budget in a unit"));
    assert_non_null(strstr(page, "1 document left out: with a budget in a unit"));
}

static void test_html_is_escaped(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01), *trend;
    OWNED_PTR char *page = NULL;
    struct history *history;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    change(base, "target", "argv", "[\"<script>alert('x')</script>\", \"\\\"&\"]");
    change(base, "environment.versions", "target", "\"</title><img src=x onerror=alert(1)>\"");
    change(base, "environment.kernel", "release", "\"6</svg>\"");
    change(base, "environment.cpu", "model", "\"<b>\"");
    add_days(history, base, (struct day[]){{.2, NULL, NULL}, {.3, NULL, NULL}}, 2);
    trend = trend_of(history, "time");
    page = printed(trend, true);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "<img"));
    assert_null(strstr(page, "<b>"));
    assert_null(strstr(page, "6</svg>"));
    assert_non_null(strstr(page, "&lt;script&gt;"));
    assert_non_null(strstr(page, "<svg viewBox"));
    assert_null(strstr(page, "http"));
    history_close(history);
}

/* Nothing of a database is beyond what the printers take. */
static void test_hostile_trends(void **state)
{
    static const char *const trends[] = {
        "{}",
        "{\"series\": [{}]}",
        "{\"series\": [{\"metrics\": [{}]}]}",
        "{\"series\": [{\"metrics\": [{\"points\": [{}], \"changes\": [{}]}]}]}",
        "{\"series\": [{\"metrics\": [{\"points\": [{\"estimate\": 1e99, \"low\": -1e99}, {\"estimate\": "
        "0}], "
        "\"changes\": [{\"at\": 1e30}, {\"at\": -5}, {\"at\": 1}]}]}]}",
        "{\"series\": [{\"metrics\": [{\"points\": [{\"estimate\": 5, \"low\": 7, \"high\": 6}, {\"low\": "
        "1}]}]}]}",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(trends); i++) {
        OWNED_JSON json_t *trend = json_loads(trends[i], 0, NULL);
        OWNED_PTR char *text = printed(trend, false), *page = printed(trend, true);

        assert_non_null(trend);
        assert_non_null(text);
        assert_non_null(strstr(page, "</html>"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_step),
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_one_scale),
        cmocka_unit_test(test_other_scale_is_printed),
        cmocka_unit_test(test_what_stands_in_one),
        cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_exact_over_versions),
        cmocka_unit_test(test_printed),
        cmocka_unit_test(test_html_is_escaped),
        cmocka_unit_test(test_hostile_trends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
