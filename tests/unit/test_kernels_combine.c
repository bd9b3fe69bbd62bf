/* SPDX-License-Identifier: GPL-2.0 */
/* Exact mode: several seeds' documents as one. */
#include "tests/unit/unit.h"
#include "orchestrator/kernels/kernels.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <string.h>

static json_t *made(double off, double on, const char *verdict)
{
    return json_pack(
        "{s:[{s:s, s:s, s:s, s:b, s:f, s:f, s:{s:s, s:f, s:n, s:n, s:f}, s:{s:f, s:n, s:n}, s:{s:f, s:s, "
        "s:s}, s:s}], s:{s:s, s:i, s:s, s:[]}}",
        "metrics", "name", "latency.p50", "unit", "ns", "better", "lower", "primary", 1, "baseline", off,
        "with_target", on, "effect", "scale", "relative", "estimate", on / off - 1, "low", "high", "level",
        0.95, "absolute", "estimate", on - off, "low", "high", "budget", "limit", 0.10, "scale", "relative",
        "text", "latency.p50=10%", "verdict", "inconclusive", "verdict", "status", verdict, "exit_status", 3,
        "sentence", "x", "reasons");
}

static json_t *combine(double on1, double on2, const char *verdict)
{
    json_t *documents[2] = {made(1000, on1, "inconclusive"), made(1000, on2, verdict)};
    static const uint64_t seeds[] = {1, 2};
    json_t *combined;

    assert_non_null(documents[0]);
    combined = kernels_combine(documents, seeds, 2, "7.2", NULL);
    json_decref(documents[0]);
    json_decref(documents[1]);
    assert_non_null(combined);
    return combined;
}

static void test_spread(void **state)
{
    json_t *combined = combine(1080, 1090, "inconclusive");
    const json_t *metric = document_metric(combined, "latency.p50");

    (void)state;
    assert_string_equal(document_text(metric, "unit"), "insn");
    assert_true(document_number(metric, "with_target") == 1085);
    assert_true(document_number(metric, "absolute.estimate") == 85);
    assert_true(document_number(metric, "absolute.low") == 80);
    assert_true(document_number(metric, "absolute.high") == 90);
    assert_null(document_at(metric, "effect.level"));
    assert_true(document_is_true(metric, "resolved"));
    assert_int_equal(document_count(combined, "exact.seeds"), 2);
    assert_true(document_number(combined, "exact.seeds.1.metrics.0.difference") == 90);
    json_decref(combined);
}

/* The largest difference over the seeds decides. */
static void test_budget(void **state)
{
    json_t *holds = combine(1080, 1099, "inconclusive"), *broken = combine(1080, 1101, "inconclusive");

    (void)state;
    assert_string_equal(document_text(holds, "verdict.status"), "pass");
    assert_true(document_number(holds, "verdict.exit_status") == EXIT_MEASURED);
    assert_string_equal(document_text(broken, "verdict.status"), "fail");
    assert_true(document_number(broken, "verdict.exit_status") == EXIT_BUDGET);
    json_decref(holds);
    json_decref(broken);
}

static void test_unresolved(void **state)
{
    json_t *small = combine(1001, 1000.5, "inconclusive"), *apart = combine(999, 1010, "inconclusive");

    (void)state;
    assert_true(json_is_false(document_at(document_metric(small, "latency.p50"), "resolved")));
    assert_true(json_is_false(document_at(document_metric(apart, "latency.p50"), "resolved")));
    json_decref(small);
    json_decref(apart);
}

static void test_untrustworthy_stays(void **state)
{
    json_t *combined = combine(1080, 1090, "untrustworthy");

    (void)state;
    assert_string_equal(document_text(combined, "verdict.status"), "untrustworthy");
    json_decref(combined);
}

/* A metric that one seed's document lacks has no figure, and none is made up. */
static void test_missing(void **state)
{
    json_t *documents[2] = {made(1000, 1080, "inconclusive"),
                            json_pack("{s:[], s:{s:s}}", "metrics", "verdict", "status", "measured")};
    static const uint64_t seeds[] = {1, 2};
    json_t *combined = kernels_combine(documents, seeds, 2, "7.2", NULL);

    (void)state;
    assert_true(isnan(document_number(document_metric(combined, "latency.p50"), "baseline")));
    assert_string_equal(document_text(document_metric(combined, "latency.p50"), "verdict"), "inconclusive");
    assert_string_equal(document_text(combined, "verdict.status"), "inconclusive");
    assert_string_equal(document_text(combined, "verdict.sentence"),
                        "A budget could not be judged, in instructions, over 2 seeds");
    assert_string_equal(document_text(combined, "verdict.reasons.0"),
                        "latency.p50 could not be judged: not every seed has a figure of it");
    assert_true(document_number(combined, "verdict.exit_status") == EXIT_INCONCLUSIVE);
    json_decref(combined);
    combined = kernels_combine(documents, seeds, 2, "7.2", "fail");
    assert_true(document_number(combined, "verdict.exit_status") == EXIT_BUDGET);
    json_decref(combined);
    json_decref(documents[0]);
    json_decref(documents[1]);
    assert_null(kernels_combine(documents, seeds, 0, "7.2", NULL));
}

static void test_rows(void **state)
{
    json_t *documents[2] = {
        json_pack("{s:[{s:s, s:s, s:f}]}", "rows", "name", "raw_tp", "unit", "ns", "estimate", 120.5),
        json_pack("{s:[{s:s, s:s, s:f}]}", "rows", "name", "raw_tp", "unit", "ns", "estimate", 121.5)};
    static const uint64_t seeds[] = {1, 2};
    json_t *combined = kernels_combine(documents, seeds, 2, "7.2", NULL);

    (void)state;
    assert_string_equal(document_text(combined, "rows.0.unit"), "insn");
    assert_true(document_number(combined, "rows.0.estimate") == 121);
    assert_true(document_number(combined, "rows.0.low") == 120.5);
    json_decref(combined);
    json_decref(documents[0]);
    json_decref(documents[1]);
}

static json_t *bounded(double estimate, double low, double high)
{
    return json_pack("{s:[{s:s, s:s, s:f, s:f, s:f, s:{s:s}}]}", "rows", "name", "hash_update", "unit", "ns",
                     "estimate", estimate, "low", low, "high", high, "detail", "bounds", "median's bucket");
}

/* Of a value that is known to lie between bounds, all seeds together know no more than the outermost. */
static void test_bounded_rows(void **state)
{
    json_t *documents[2] = {bounded(767.5, 512, 1023), bounded(1535.5, 1024, 2047)};
    static const uint64_t seeds[] = {1, 2};
    json_t *combined = kernels_combine(documents, seeds, 2, "7.2", NULL);

    (void)state;
    assert_true(document_number(combined, "rows.0.low") == 512);
    assert_true(document_number(combined, "rows.0.high") == 2047);
    json_decref(combined);
    json_decref(documents[0]);
    json_decref(documents[1]);
}

static json_t *broken_down(double measured, double dispatch, double predicted)
{
    json_t *document = made(1000, 1080, "inconclusive");

    json_object_set_new(
        document, "breakdown",
        json_pack("{s:s, s:{s:f, s:n, s:n}, s:[{s:s, s:f, s:f, s:f}], s:{s:f, s:n, s:n, s:f}, s:{s:f, s:f}, "
                  "s:[{s:s, s:f, s:f, s:{s:f, s:f}, s:{s:f, s:f, s:f}}]}",
                  "unit", "ns", "measured", "estimate", measured, "low", "high", "parts", "name", "dispatch",
                  "estimate", dispatch, "low", dispatch, "high", dispatch, "unexplained", "estimate",
                  measured - dispatch, "low", "high", "share", 0.5, "predicted", "low", predicted, "high",
                  predicted + 5, "programs", "name", "p", "body", predicted, "runs_per_op", measured / 100,
                  "predicted", "low", predicted - 1, "high", predicted + 1, "dispatch", "estimate", dispatch,
                  "low", dispatch, "high", dispatch));
    json_object_set_new(json_object_get(document, "breakdown"), "latency",
                        json_pack("{s:s, s:{s:f}, s:[{s:f}], s:{s:f}}", "unit", "ns", "measured", "estimate",
                                  measured / 2, "parts", "estimate", dispatch, "unexplained", "estimate",
                                  measured / 2 - dispatch));
    json_object_set_new(json_object_get(document, "breakdown"), "delivery",
                        json_pack("{s:{s:f}, s:n, s:f}", "wakeups_per_op", "estimate", measured / 100,
                                  "telling", "within_programs", dispatch / 10));
    return document;
}

static void test_breakdown(void **state)
{
    json_t *documents[2] = {broken_down(100, 60, 50), broken_down(120, 70, 40)};
    static const uint64_t seeds[] = {1, 2};
    json_t *combined = kernels_combine(documents, seeds, 2, "7.2", NULL);

    (void)state;
    assert_string_equal(document_text(combined, "breakdown.unit"), "insn");
    assert_true(document_number(combined, "breakdown.measured.estimate") == 110);
    assert_true(document_number(combined, "breakdown.parts.0.low") == 60);
    assert_true(document_number(combined, "breakdown.programs.0.dispatch.high") == 70);
    assert_true(document_number(combined, "breakdown.programs.0.body") == 45);
    assert_true(fabs(document_number(combined, "breakdown.programs.0.runs_per_op") - 1.1) < 1e-12);
    assert_true(document_number(combined, "breakdown.programs.0.predicted.low") == 39);
    assert_true(document_number(combined, "breakdown.programs.0.predicted.high") == 51);
    assert_true(document_number(combined, "breakdown.unexplained.estimate") == 45);
    assert_true(fabs(document_number(combined, "breakdown.unexplained.share") - 45.0 / 110) < 1e-12);
    assert_string_equal(document_text(combined, "breakdown.latency.unit"), "insn");
    assert_true(document_number(combined, "breakdown.latency.measured.estimate") == 55);
    assert_true(document_number(combined, "breakdown.latency.parts.0.high") == 70);
    assert_true(fabs(document_number(combined, "breakdown.delivery.wakeups_per_op.estimate") - 1.1) < 1e-12);
    assert_true(document_number(combined, "breakdown.delivery.within_programs") == 6.5);
    assert_null(document_at(combined, "breakdown.delivery.telling"));
    assert_true(document_number(combined, "breakdown.predicted.low") == 40);
    assert_true(document_number(combined, "breakdown.predicted.high") == 55);
    json_decref(combined);
    json_object_set_new(documents[1], "breakdown", json_null());
    combined = kernels_combine(documents, seeds, 2, "7.2", NULL);
    assert_null(document_at(combined, "breakdown"));
    json_decref(combined);
    json_decref(documents[0]);
    json_decref(documents[1]);
}

static json_t *advised(const char *rule, const char *unit, double saves, const char *evidence)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:{s:f, s:f, s:f}, s:[{s:i, s:{s:f, s:f, s:f}}]}", "rule", rule,
                     "program", "p", "unit", unit, "evidence", evidence, "saves", "estimate", saves, "low",
                     saves - 1, "high", saves + 1, "sampling", "one_in", 1, "cost", "estimate", 2 * saves,
                     "low", 2 * saves - 2, "high", 2 * saves + 2);
}

/* Found again by rule and program wherever it stands; what one seed does not say is not said. */
static void test_advice(void **state)
{
    json_t *documents[3];
    static const uint64_t seeds[] = {1, 2, 3};
    json_t *combined;

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        documents[i] = made(1000, 1080, "inconclusive");
    json_object_set_new(documents[0], "advice",
                        json_pack("[o, o, o, o, o]", advised("a", "ns", 90, "a takes 5 ns here, b 3 ns"),
                                  advised("b", "ns", 80, "first"), advised("c", "ns", 70, ""),
                                  advised("a", "ns", 60, "other call"), advised("d", "B", 4096, "")));
    json_object_set_new(documents[1], "advice",
                        json_pack("[o, o, o, o]", advised("b", "ns", 110, "second"),
                                  advised("a", "ns", 60, ""), advised("a", "ns", 50, ""),
                                  advised("d", "B", 4096, "")));
    json_object_set_new(documents[2], "advice",
                        json_pack("[o, o, o, o]", advised("b", "ns", 98, "third 7 ns"),
                                  advised("a", "ns", 93, "near 7 ns"), advised("a", "ns", 40, ""),
                                  advised("d", "B", 4096, "")));
    combined = kernels_combine(documents, seeds, 3, "7.2", NULL);
    assert_int_equal(document_count(combined, "advice"), 4);
    assert_string_equal(document_text(combined, "advice.0.rule"), "b");
    assert_string_equal(document_text(combined, "advice.0.unit"), "insn");
    assert_string_equal(document_text(combined, "advice.0.evidence"), "third 7 insn");
    assert_true(fabs(document_number(combined, "advice.0.saves.estimate") - 96) < 1e-9);
    assert_true(document_number(combined, "advice.0.saves.low") == 79);
    assert_true(document_number(combined, "advice.0.saves.high") == 111);
    assert_true(fabs(document_number(combined, "advice.0.sampling.0.cost.estimate") - 192) < 1e-9);
    assert_true(document_number(combined, "advice.0.sampling.0.cost.high") == 222);
    assert_string_equal(document_text(combined, "advice.1.evidence"), "a takes 5 insn here, b 3 insn");
    assert_true(fabs(document_number(combined, "advice.1.saves.estimate") - 81) < 1e-9);
    assert_true(fabs(document_number(combined, "advice.2.saves.estimate") - 50) < 1e-9);
    assert_string_equal(document_text(combined, "advice.3.unit"), "B");
    json_decref(combined);
    for (unsigned i = 0; i < 3; i++)
        json_decref(documents[i]);
}

/* What a guest sends is no document because it is JSON. */
static void test_no_document(void **state)
{
    static const char *const bad[] = {NULL, "", "[]", "{}", "{\"schema\":\"tracetoll.result/1\"}"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct kernels_boot boot = {0};

        kernels_take_document(&boot, bad[i], false);
        assert_null(boot.document);
        assert_int_equal(boot.status, EXIT_UNTRUSTWORTHY);
        assert_non_null(strstr(boot.message, "no document came back"));
    }
}

static char *nothing[] = {NULL};

/* A key that one kernel's document has not leaves its place empty, and moves nobody else's. */
static void test_missing_key_keeps_the_columns(void **state)
{
    struct kernels_options options = {.kernel_count = 2, .mode = MODE_TIMED};
    struct kernels_session session = {.options = &options, .boot_count = 2};
    struct kernels_boot boots[2] = {{.kernel = 0}, {.kernel = 1}};
    CLEANUP(jsonio_drop) json_t *comparison = NULL;

    (void)state;
    options.kernels[0].text = "a";
    options.kernels[1].text = "b";
    session.boots = boots;
    boots[0].document = json_pack("{s:[{s:s}]}", "metrics", "name", "latency.p50");
    boots[1].document = made(1000, 1100, "pass");
    comparison = kernels_compose(&session, nothing, "2026-01-31T12:00:00Z", 1);
    assert_int_equal(document_count(comparison, "comparison.metrics.0.kernels"), 2);
    assert_true(document_number(comparison, "comparison.metrics.0.kernels.1.baseline") == 1000);
    json_decref(boots[0].document);
    json_decref(boots[1].document);
}

/* Of so few operations that it lies too low, a figure breaks a budget and holds none. */
static void test_low_figures(void **state)
{
    static const uint64_t seed = 1;
    static const struct {
        double on;
        const char *verdict;
    } rows[] = {{1050, "inconclusive"}, {1150, "fail"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        CLEANUP(jsonio_drop) json_t *document = made(1000, rows[i].on, "inconclusive");
        CLEANUP(jsonio_drop) json_t *combined = NULL;

        json_object_set_new((json_t *)document_metric(document, "latency.p50"), "lies_low", json_true());
        combined = kernels_combine(&document, &seed, 1, "7.2", NULL);
        assert_string_equal(document_text(document_metric(combined, "latency.p50"), "verdict"),
                            rows[i].verdict);
    }
}

/* Of three seeds one left no document: its end is the kernel's, whatever was said beside the others. */
static void test_one_seed_failed(void **state)
{
    struct kernels_options options = {.kernel_count = 1, .mode = MODE_EXACT};
    struct kernels_session session = {.options = &options, .boot_count = 3};
    struct kernels_boot boots[3] = {{.status = EXIT_MEASURED},
                                    {.status = EXIT_UNTRUSTWORTHY, .message = "the guest's kernel panicked"},
                                    {.status = EXIT_MEASURED, .trouble = "WARNING: CPU: 0"}};
    CLEANUP(jsonio_drop) json_t *comparison = NULL;

    (void)state;
    options.kernels[0].text = "a";
    session.boots = boots;
    boots[0].document = made(1000, 1100, "pass");
    boots[2].document = made(1000, 1100, "pass");
    comparison = kernels_compose(&session, nothing, "2026-01-31T12:00:00Z", 1);
    assert_null(document_at(comparison, "kernels.0.document"));
    assert_int_equal((int)document_number(comparison, "kernels.0.exit_status"), EXIT_UNTRUSTWORTHY);
    assert_string_equal(document_text(comparison, "kernels.0.reason"), "the guest's kernel panicked");
    assert_string_equal(document_text(comparison, "kernels.0.kernel_trouble"), "WARNING: CPU: 0");
    json_decref(boots[0].document);
    json_decref(boots[2].document);
}

/* The comparison keeps no more of the command line than the kernels' own documents. */
static void test_redacted(void **state)
{
    char *argv[] = {(char *)"tracetoll", (char *)"kernels",        (char *)"run",
                    (char *)"--redact",  (char *)"*s3cret*",       (char *)"--",
                    (char *)"tool",      (char *)"--token=s3cret", NULL};
    struct kernels_options options = {
        .run = {.redactions = {argv[4]}, .redaction_count = 1, .target_argv = argv + 6}};
    struct kernels_session session = {.options = &options};
    CLEANUP(jsonio_drop) json_t *comparison = kernels_compose(&session, argv, "2026-01-31T12:00:00Z", 1);

    (void)state;
    assert_int_equal(document_count(comparison, "command.argv"), 8);
    assert_string_equal(document_text(comparison, "command.argv.4"), "[redacted]");
    assert_string_equal(document_text(comparison, "command.argv.6"), "tool");
    assert_string_equal(document_text(comparison, "command.argv.7"), "--token=[redacted]");
}

/* It ended well and said something, but sent nothing. */
static void test_ended_well_without_document(void **state)
{
    struct kernels_boot boot = {.status = EXIT_MEASURED, .message = "a warning"};

    (void)state;
    kernels_take_document(&boot, NULL, false);
    assert_int_equal(boot.status, EXIT_UNTRUSTWORTHY);
    assert_string_equal(boot.message, "a warning");
}

/* An interrupt may come when a kernel has no boot yet: what it has none of is not measured. */
static void a_kernel_without_boots_is_not_measured(void **state)
{
    CLEANUP(jsonio_drop) json_t *document = json_object();
    const struct kernels_options options = {.kernel_count = 3};
    struct kernels_boot boots[] = {{.kernel = 0, .document = document},
                                   {.kernel = 0, .document = document},
                                   {.kernel = 1, .document = document},
                                   {.kernel = 1}};
    const struct kernels_session session = {.options = &options, .boots = boots, .boot_count = 4};

    (void)state;
    assert_true(kernels_is_measured(&session, 0));
    assert_false(kernels_is_measured(&session, 1));
    assert_false(kernels_is_measured(&session, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_unresolved),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_bounded_rows),
        cmocka_unit_test(test_untrustworthy_stays),
        cmocka_unit_test(test_breakdown),
        cmocka_unit_test(test_advice),
        cmocka_unit_test(test_no_document),
        cmocka_unit_test(test_missing_key_keeps_the_columns),
        cmocka_unit_test(test_low_figures),
        cmocka_unit_test(test_one_seed_failed),
        cmocka_unit_test(test_redacted),
        cmocka_unit_test(test_ended_well_without_document),
        cmocka_unit_test(a_kernel_without_boots_is_not_measured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
