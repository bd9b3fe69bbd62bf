/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll diff: what may be compared, and what comes of budgets. */
#include "tests/unit/diffs.h"

static void refuse(const json_t *old, const json_t *new, const char *part)
{
    struct error error = {0};

    assert_int_equal(diff_comparable(old, new, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" does not say \"%s\"", error.message, part);
}

struct refusal {
    const char *path, *key, *value; /* JSON */
    const char *part;               /* of the reason */
};

static void test_refusals(void **state)
{
    static const struct refusal refusals[] = {
        {"workload", "name", "\"tcp_rr\"", "workload \"udp_rr\", NEW \"tcp_rr\""},
        {"workload", "parameters", "{\"size\": \"65\"}",
         "\"size\" of the workload is unknown in OLD and \"65\""},
        {"workload.topology", "name", "\"routed\"", "topology \"veth\", NEW \"routed\""},
        {"workload.topology", "parameters", "{\"nat\": \"on\"}", "\"nat\" of the topology"},
        {"workload", "primary_metric", "\"throughput\"", "primary metric"},
        {"workload", "background", "[{\"text\": \"signal\"}]", "0 others in OLD and 1 in NEW"},
        {"design", "kind", "\"exact\"", "OLD is timed and NEW is exact"},
        {"environment.cpu", "model", "\"Other CPU\"", "CPU is \"unknown\" in OLD and \"Other CPU\" in NEW"},
    };
    OWNED_JSON json_t *old = run_with(1.1, 0.01);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        OWNED_JSON json_t *new = run_with(1.2, 0.01);

        change(new, refusals[i].path, refusals[i].key, refusals[i].value);
        refuse(old, new, refusals[i].part);
        assert_int_equal(diff_comparable(new, new, NULL), 0);
    }
}

/* What is compared is reported and not refused. */
static void test_what_may_differ(void **state)
{
    OWNED_JSON json_t *old = run_with(1.1, 0.01), *new = run_with(1.2, 0.01), *diff;

    (void)state;
    change(new, "environment.kernel", "release", "\"6.13\"");
    change(new, "target", "argv", "[\"other\", \"2\"]");
    change(new, "environment.versions", "target", "\"2.0\"");
    change(new, "environment", "config", "{\"btf\": true, \"options\": {\"HZ\": \"1000\"}}");
    change(new, "workload", "parameters", "{\"size\": null}"); /* null is as good as absent */
    diff = compare(old, new, NULL);
    assert_string_equal(document_text(diff, "old.kernel"), "6.12");
    assert_string_equal(document_text(diff, "new.kernel"), "6.13");
    assert_string_equal(document_text(diff, "new.target.argv.0"), "other");
    assert_string_equal(document_text(diff, "new.target.version"), "2.0");
    assert_true(document_is_true(fact_of(diff, "BTF"), "new"));
    assert_string_equal(document_text(fact_of(diff, "kernel option HZ"), "new"), "1000");
    assert_null(document_at(fact_of(diff, "kernel option HZ"), "old"));
    assert_string_equal(document_text(fact_of(diff, "version of target"), "new"), "2.0");
    assert_null(fact_of(diff, "SMT"));
}

static void test_units_must_agree(void **state)
{
    OWNED_JSON json_t *old = run_with(1.1, 0.01), *new = run_with(1.1, 0.01);

    (void)state;
    json_object_set_new((json_t *)document_metric(new, "throughput"), "unit", json_string("insn"));
    assert_refused(old, new, NULL, "throughput is in \"1/s\" in OLD and in \"insn\" in NEW");
}

static void test_budgets(void **state)
{
    OWNED_JSON json_t *old = run_with(1.10, 0.01), *new = run_with(1.155, 0.01); /* a ratio of 1.05 */
    OWNED_JSON json_t *fails = compare(old, new, "latency.mean=3%"),
                      *passes = compare(old, new, "latency.mean=7%"),
                      *open = compare(old, new, "latency.mean=5%");
    OWNED_JSON json_t *slower = compare(old, new, "throughput=3%"),
                      *rate = compare(old, new, "throughput=7%");

    (void)state;
    assert_verdict(fails, "fail", EXIT_BUDGET);
    assert_verdict(passes, "pass", EXIT_MEASURED);
    assert_verdict(open, "inconclusive", EXIT_INCONCLUSIVE);
    assert_verdict(slower, "fail", EXIT_BUDGET);
    assert_verdict(rate, "pass", EXIT_MEASURED);
    assert_true(has_reason(fails, "latency.mean=3%"));
    assert_close(document_number(row_of(fails, "latency.mean"), "budget.limit"), 0.03, 1e-12);
}

/* A budget on added memory is a share of what OLD added. */
static void test_budget_on_a_difference(void **state)
{
    OWNED_JSON json_t *old = run_with(1.1, 0.01), *new = run_with(1.1, 0.01), *passes, *fails;

    (void)state;
    add_memory(old, 100, 2, 10);
    add_memory(new, 110, 2, 10);
    passes = compare(old, new, "memory.rss=20%");
    fails = compare(old, new, "memory.rss=5%");
    assert_verdict(passes, "pass", EXIT_MEASURED);
    assert_verdict(fails, "fail", EXIT_BUDGET);
    assert_close(document_number(row_of(fails, "memory.rss"), "budget.limit"), 5, 1e-9);
    assert_string_equal(document_text(row_of(fails, "memory.rss"), "budget.scale"), "absolute");
}

/* The FAILs share the error: what one budget breaks may be open beside others. */
static void test_budgets_share_the_error(void **state)
{
    OWNED_JSON json_t *old = run_with(1.10, 0.01), *new = run_with(1.155, 0.01), *one, *three;
    const json_t *row;
    double low;
    char budget[64];

    (void)state;
    one = compare(old, new, NULL);
    low = document_number(row_of(one, "latency.mean"), "change.low");
    snprintf(budget, sizeof(budget), "latency.mean=%.9f%%", 100 * low - 1e-6);
    json_decref(one);
    one = compare(old, new, budget);
    three = compare_all(old, new, (const char *[]){budget, "cpu.per_op=50%", "throughput=50%", NULL});
    assert_verdict(one, "fail", EXIT_BUDGET);
    assert_verdict(three, "inconclusive", EXIT_INCONCLUSIVE);
    row = row_of(three, "latency.mean");
    assert_close(document_number(row, "change.level"), 1 - 0.05 / 3, 1e-12);
    assert_close(document_number(row_of(three, "throughput"), "change.level"), 0.95, 1e-12);
}

/* And so do the comparisons of a gate; a later attempt has less of it, for PASS as well. */
static void test_a_gate_shares_the_error(void **state)
{
    OWNED_JSON json_t *old = run_with(1.10, 0.01), *new = run_with(1.155, 0.01), *same = run_with(1.10, 0.01),
                      *fails = NULL, *passes = NULL;
    struct diff_input input = {.old = old, .new = new, .kind = diff_kind_of(new), .family = 12, .attempt = 3};
    struct error error = {0};

    (void)state;
    assert_int_equal(diff_budgets_add(&input.budgets, "latency.mean=2%", &error), 0);
    assert_int_equal(diff_compose(&input, &fails, &error), 0);
    input.new = same;
    assert_int_equal(diff_compose(&input, &passes, &error), 0);
    assert_verdict(fails, "fail", EXIT_BUDGET);
    assert_close(document_number(row_of(fails, "latency.mean"), "change.level"), 1 - 0.05 / 4 / 12, 1e-12);
    assert_verdict(passes, "pass", EXIT_MEASURED);
    assert_close(document_number(row_of(passes, "latency.mean"), "change.level"), 1 - 0.05 / 4, 1e-12);
}

/* A run that its verdict ended has an estimate on that side: what breaks a budget by a hair is open then. */
static void test_stopped_by_a_verdict(void **state)
{
    OWNED_JSON json_t *old = run_with(1.1, 0.01), *new = run_with(1.2, 0.01), *fixed, *stopped;
    OWNED_JSON json_t *free_of_budgets = compare(old, new, NULL);
    char budget[64];

    (void)state;
    snprintf(budget, sizeof(budget), "latency.mean=%.9f%%",
             100 * document_number(row_of(free_of_budgets, "latency.mean"), "change.low") - 1e-6);
    fixed = compare(old, new, budget);
    /* whatever the run went on for: the metric stays with the look of its verdict */
    json_object_set_new((json_t *)document_metric(old, "latency.mean"), "verdict", json_string("pass"));
    stopped = compare(old, new, budget);
    assert_string_equal(document_text(row_of(fixed, "latency.mean"), "verdict"), "fail");
    assert_string_equal(document_text(row_of(stopped, "latency.mean"), "verdict"), "inconclusive");
    assert_close(document_number(row_of(stopped, "latency.mean"), "change.level"), 0.975, 1e-12);
}

/* The same change, just within its limit: a NEW that passed a budget of its own is low. */
static void test_a_pass_of_what_passed(void **state)
{
    OWNED_JSON json_t *old = run_with(1.1, 0.01), *new = run_with(1.2, 0.01), *fixed, *selected;
    OWNED_JSON json_t *free_of_budgets = compare(old, new, NULL);
    char budget[64];

    (void)state;
    snprintf(budget, sizeof(budget), "latency.mean=%.9f%%",
             100 * document_number(row_of(free_of_budgets, "latency.mean"), "change.high") + 1e-6);
    fixed = compare(old, new, budget);
    json_object_set_new((json_t *)document_metric(new, "latency.mean"), "verdict", json_string("pass"));
    selected = compare(old, new, budget);
    assert_string_equal(document_text(row_of(fixed, "latency.mean"), "verdict"), "pass");
    assert_string_equal(document_text(row_of(selected, "latency.mean"), "verdict"), "inconclusive");
}

/* A figure that may lie too low is no proof of a small change in NEW, nor of a large one in OLD. */
static void test_what_lies_low(void **state)
{
    static const struct {
        double new;
        bool low_is_new;
        const char *plain, *with_low;
    } rows[] = {{1.1, true, "pass", "inconclusive"},
                {1.1, false, "pass", "pass"},
                {1.3, false, "fail", "inconclusive"},
                {1.3, true, "fail", "fail"}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        OWNED_JSON json_t *old = run_with(1.1, 0.01), *new = run_with(rows[i].new, 0.01), *plain, *with_low;

        plain = compare(old, new, "latency.mean=5%");
        json_object_set_new((json_t *)document_metric(rows[i].low_is_new ? new : old, "latency.mean"),
                            "lies_low", json_true());
        with_low = compare(old, new, "latency.mean=5%");
        assert_string_equal(document_text(row_of(plain, "latency.mean"), "verdict"), rows[i].plain);
        assert_string_equal(document_text(row_of(with_low, "latency.mean"), "verdict"), rows[i].with_low);
    }
}

static void test_budgets_refused(void **state)
{
    OWNED_JSON json_t *old = run_with(1.1, 0.01), *new = run_with(1.1, 0.01);
    json_t *list = json_object_get(new, "metrics");

    (void)state;
    add_memory(old, 100, 200, 10);
    add_memory(new, 100, 200, 10);
    assert_refused(old, new, "latency.p5=3%", "did you mean \"latency.p50\"");
    assert_refused(old, new, "latency.p50", "METRIC=LIMIT");
    assert_refused(old, new, "latency.p50=3ns", "percentage");
    assert_refused(old, new, "latency.p50=x", "not a number");
    assert_refused(old, new, "throughput=100%", "cannot fall");
    assert_refused(old, new, "latency.p999=3%", "neither document");
    assert_refused(old, new, "memory.rss=3%", "may be nothing");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(document_text(json_array_get(list, i), "name"), "throughput") == 0)
            json_array_remove(list, i);
    assert_refused(old, new, "throughput=3%", "NEW does not have it");
    assert_refused(new, old, "throughput=3%", "OLD does not have it");
    json_object_set_new((json_t *)document_metric(new, "cpu.per_op"), "effect", json_null());
    assert_refused(old, new, "cpu.per_op=3%", "no figure");
}

static void test_untrustworthy(void **state)
{
    OWNED_JSON json_t *old = run_with(1.1, 0.01), *new = run_with(1.1, 0.01), *never = run_with(1.1, 0.01);
    OWNED_JSON json_t *warned, *judged, *unfired;

    (void)state;
    change(new, "verdict", "status", "\"untrustworthy\"");
    change(never, "", "warnings",
           "[{\"code\": \"never_fired\", \"text\": \"nothing ran\", \"remedy\": null}]");
    warned = compare(old, new, NULL);
    judged = compare(old, new, "latency.mean=50%");
    unfired = compare(never, old, "latency.mean=50%");
    assert_verdict(warned, "measured", EXIT_MEASURED);
    assert_non_null(strstr(warning(warned, "untrustworthy"), "NEW"));
    assert_non_null(strstr(document_text(warned, "verdict.sentence"), "Nothing can be said"));
    assert_verdict(judged, "untrustworthy", EXIT_UNTRUSTWORTHY);
    assert_verdict(unfired, "untrustworthy", EXIT_UNTRUSTWORTHY);
    assert_string_equal(warning(unfired, "never_fired"), "OLD: nothing ran");
}

static void test_warnings(void **state)
{
    OWNED_JSON json_t *old = run_with(1.1, 0.01), *new = run_with(1.2, 0.01), *same, *other;

    (void)state;
    change(new, "workload", "offered_per_second", "1000");
    json_object_set_new((json_t *)document_metric(new, "throughput"), "at_least", json_true());
    same = compare(old, old, NULL);
    other = compare(old, new, NULL);
    assert_non_null(warning(same, "same_run"));
    assert_null(warning(same, "offered_rate"));
    assert_null(warning(other, "same_run"));
    assert_non_null(warning(other, "offered_rate"));
    assert_non_null(strstr(warning(other, "ended_early"), "NEW"));
    assert_null(warning(same, "ended_early"));
    assert_non_null(warning(other, "bound_unknown"));
}

static const json_t *program_of(const json_t *diff, const char *name)
{
    for (size_t i = 0; i < document_count(diff, "programs"); i++)
        if (strcmp(document_text(document_item(diff, "programs", i), "name"), name) == 0)
            return document_item(diff, "programs", i);
    return NULL;
}

#define PROGRAM(name, type, attach)                                                                          \
    "{\"name\": \"" name "\", \"type\": \"" type "\", \"attach\": \"" attach "\"}"

static void test_programs(void **state)
{
    OWNED_JSON json_t *old = run_with(1.1, 0.01), *new = run_with(1.1, 0.01), *diff, *none;

    (void)state;
    change(old, "target", "programs",
           "[" PROGRAM("same", "kprobe", "a") ", " PROGRAM("same", "kprobe", "a") ", " PROGRAM(
               "moved", "kprobe", "b") ", " PROGRAM("gone", "kprobe", "c") "]");
    change(new, "target", "programs",
           "[" PROGRAM("fresh", "tracing", "d") ", " PROGRAM("moved", "tracing",
                                                             "b") ", " PROGRAM("same", "kprobe", "a") "]");
    diff = compare(old, new, NULL);
    none = compare(old, old, NULL);
    assert_int_equal(document_count(diff, "programs"), 4);
    assert_string_equal(document_text(program_of(diff, "moved"), "change"), "changed");
    assert_string_equal(document_text(program_of(diff, "moved"), "old.type"), "kprobe");
    assert_string_equal(document_text(program_of(diff, "moved"), "new.type"), "tracing");
    assert_string_equal(document_text(program_of(diff, "gone"), "change"), "removed");
    assert_string_equal(document_text(program_of(diff, "same"), "change"), "removed"); /* its second one */
    assert_string_equal(document_text(program_of(diff, "fresh"), "change"), "added");
    assert_int_equal(document_count(none, "programs"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_what_may_differ),
        cmocka_unit_test(test_units_must_agree),
        cmocka_unit_test(test_budgets),
        cmocka_unit_test(test_budget_on_a_difference),
        cmocka_unit_test(test_budgets_share_the_error),
        cmocka_unit_test(test_a_gate_shares_the_error),
        cmocka_unit_test(test_stopped_by_a_verdict),
        cmocka_unit_test(test_a_pass_of_what_passed),
        cmocka_unit_test(test_what_lies_low),
        cmocka_unit_test(test_budgets_refused),
        cmocka_unit_test(test_untrustworthy),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_programs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
