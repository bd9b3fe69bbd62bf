/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "orchestrator/claims/evaluate.h"
#include "orchestrator/micro/micro.h"
#include "base/cleanup.h"

#include <math.h>
#include <string.h>

static json_t *rows_of(double a, double half_a, double b, double half_b)
{
    return json_pack("[{s:s, s:s, s:s, s:f, s:f, s:f, s:s}, {s:s, s:s, s:s, s:f, s:f, s:f, s:s}]", "suite",
                     "map", "name", "a", "variant", "", "estimate", a, "low", a - half_a, "high", a + half_a,
                     "status", "measured", "suite", "map", "name", "b", "variant", "", "estimate", b, "low",
                     b - half_b, "high", b + half_b, "status", "measured");
}

static struct claim_outcome evaluate(const struct claim *claim, json_t *rows)
{
    struct claim_outcome outcome;

    claim_evaluate(claim, rows, &outcome);
    json_decref(rows);
    return outcome;
}

static void test_absolute(void **state)
{
    const struct claim claim = {
        .low = 20, .high = 40, .unit = "ns", .test = {.kind = CLAIM_MICRO, .terms = {{"map", "a", "", 1}}}};

    (void)state;
    assert_int_equal(evaluate(&claim, rows_of(30, 1, 1, 0)).verdict, CLAIM_WITHIN);
    assert_int_equal(evaluate(&claim, rows_of(19, 2, 1, 0)).verdict,
                     CLAIM_WITHIN); /* its interval reaches in */
    assert_int_equal(evaluate(&claim, rows_of(5, 1, 1, 0)).verdict, CLAIM_BELOW);
    assert_int_equal(evaluate(&claim, rows_of(50, 1, 1, 0)).verdict, CLAIM_ABOVE);
    assert_string_equal(claim_verdict_text(&claim, &(struct claim_outcome){.verdict = CLAIM_ABOVE}), "above");
}

static json_t *uneven_rows(void)
{
    return json_pack("[{s:s, s:s, s:s, s:f, s:f, s:f}, {s:s, s:s, s:s, s:f, s:f, s:f}]", "suite", "map",
                     "name", "a", "variant", "", "estimate", 24., "low", 18., "high", 25., "suite", "map",
                     "name", "b", "variant", "", "estimate", 10., "low", 7., "high", 14.);
}

/* An interval is not moved to have its estimate in the middle. */
static void test_uneven(void **state)
{
    const struct claim alone = {
        .low = 15, .high = 20, .unit = "ns", .test = {.kind = CLAIM_MICRO, .terms = {{"map", "a", "", 1}}}};
    const struct claim_test less = {.kind = CLAIM_MICRO,
                                    .terms = {{"map", "a", "", 1}, {"map", "b", "", -2}}},
                            ratio = {.kind = CLAIM_MICRO,
                                     .terms = {{"map", "a", "", 1}},
                                     .over = {"map", "b", "", 1},
                                     .scale = 10};
    struct claim claim = alone;
    struct claim_outcome outcome = evaluate(&claim, uneven_rows());

    (void)state;
    assert_int_equal(outcome.verdict, CLAIM_WITHIN);
    assert_true(outcome.measured.estimate == 24 && outcome.measured.low == 18 && outcome.measured.high == 25);
    claim.test = less;
    outcome = evaluate(&claim, uneven_rows());
    assert_true(fabs(outcome.measured.low - (4 - hypot(6, 8))) < 1e-9);
    assert_true(fabs(outcome.measured.high - (4 + hypot(1, 6))) < 1e-9);
    claim.test = ratio;
    outcome = evaluate(&claim, uneven_rows());
    assert_true(fabs(outcome.measured.low - 24 * (1 - hypot(6. / 24, 0.4))) < 1e-9);
    assert_true(fabs(outcome.measured.high - 24 * (1 + hypot(1. / 24, 0.3))) < 1e-9);
}

static void test_sum_and_ratio(void **state)
{
    const struct claim claim = {.low = 2,
                                .high = 4,
                                .unit = "ratio",
                                .test = {.kind = CLAIM_MICRO,
                                         .terms = {{"map", "a", "", 1}, {"map", "b", "", -1}},
                                         .over = {"map", "b", "", 1}}};
    struct claim_outcome outcome = evaluate(&claim, rows_of(40, 3, 10, 0.4));

    (void)state;
    assert_true(fabs(outcome.measured.estimate - 3) < 1e-9);
    assert_true(fabs(outcome.measured.high - 3 - 3 * hypot(hypot(3, 0.4) / 30, 0.04)) < 1e-9);
    assert_int_equal(outcome.verdict, CLAIM_WITHIN);
    assert_string_equal(claim_verdict_text(&claim, &(struct claim_outcome){.verdict = CLAIM_BELOW}),
                        "refuted: below");
}

/* Rows of the kernel lab: a ratio of instructions is a ratio, a number of them is no time. */
static void test_instructions(void **state)
{
    const struct claim time = {
        .low = 20, .high = 40, .unit = "ns", .test = {.kind = CLAIM_MICRO, .terms = {{"map", "a", "", 1}}}};
    const struct claim ratio = {
        .low = 2,
        .high = 4,
        .unit = "ratio",
        .test = {.kind = CLAIM_MICRO, .terms = {{"map", "a", "", 1}}, .over = {"map", "b", "", 1}}};
    json_t *rows = rows_of(30, 0, 10, 0);
    struct claim_outcome outcome;

    (void)state;
    json_object_set_new(json_array_get(rows, 0), "unit", json_string("insn"));
    claim_evaluate(&time, rows, &outcome);
    assert_int_equal(outcome.verdict, CLAIM_UNTESTED);
    assert_non_null(strstr(outcome.why, "30 instructions"));
    outcome = evaluate(&ratio, rows);
    assert_int_equal(outcome.verdict, CLAIM_WITHIN);
    assert_string_equal(claim_verdict_text(&ratio, &outcome), "within"); /* and never refuted */
}

static void test_missing(void **state)
{
    const struct claim claim = {
        .low = 2, .high = 4, .unit = "ns", .test = {.kind = CLAIM_MICRO, .terms = {{"map", "c", "", 1}}}};
    struct claim_outcome outcome = evaluate(&claim, rows_of(1, 1, 1, 1));

    (void)state;
    assert_int_equal(outcome.verdict, CLAIM_UNTESTED);
    assert_non_null(strstr(outcome.why, "not in the document"));
}

static void test_at_least(void **state)
{
    const struct claim claim = {.low = 5, .high = NAN, .unit = "ratio"};

    (void)state;
    assert_int_equal(claim_compare(&claim, &(struct interval){9, 8, 10}), CLAIM_WITHIN);
    assert_int_equal(claim_compare(&claim, &(struct interval){3, 2, 4}), CLAIM_BELOW);
}

static struct claim_outcome evaluate_of_ledger(const char *id, const json_t *rows)
{
    struct claim_outcome outcome = {.verdict = CLAIM_UNTESTED};

    for (const struct claim *claim = claims; claim->id; claim++)
        if (strcmp(claim->id, id) == 0)
            claim_evaluate(claim, rows, &outcome);
    return outcome;
}

/* A return probe has its trap at the entry in it: 200 of the 330 ns are not there twice. */
static void test_return_probe(void **state)
{
    json_t *rows = json_pack("[{s:s, s:s, s:s, s:f, s:f, s:f}, {s:s, s:s, s:s, s:f, s:f, s:f}]", "suite",
                             "attach", "name", "uprobe", "variant", "on malloc", "estimate", 200., "low",
                             195., "high", 205., "suite", "attach", "name", "uretprobe", "variant",
                             "on malloc", "estimate", 330., "low", 320., "high", 340.);
    struct claim_outcome outcome = evaluate_of_ledger("attach.uprobe.malloc", rows);

    (void)state;
    assert_int_equal(outcome.verdict, CLAIM_WITHIN);
    assert_true(outcome.measured.estimate == 330);
    json_decref(rows);
}

static bool offered(const struct micro_rows *rows, const struct claim_term *term)
{
    for (unsigned i = 0; i < rows->count; i++)
        if (claim_term_is(term, rows->rows[i].suite, rows->rows[i].name, rows->rows[i].variant))
            return true;
    return false;
}

/* Every row of the ledger has a reason, a run, or rows that the default suites really have. */
static void test_ledger(void **state)
{
    CLEANUP(micro_rows_free) struct micro_rows rows = {0};

    (void)state;
    for (const struct micro_suite *suite = micro_suites; suite->name; suite++)
        suite->add(&rows, false);
    for (const struct claim *claim = claims; claim->id; claim++) {
        const struct claim_test *test = &claim->test;

        assert_true(test->kind != CLAIM_NOT_TESTED || (test->why && test->why[0]));
        assert_true(test->kind != CLAIM_RUN || test->run);
        for (unsigned i = 0; i < CLAIM_TERMS_MAX && test->terms[i].name; i++)
            if (!offered(&rows, &test->terms[i]))
                fail_msg("%s: no row %s, %s", claim->id, test->terms[i].name, test->terms[i].variant);
        if (test->over.name && !offered(&rows, &test->over))
            fail_msg("%s: no row %s", claim->id, test->over.name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_absolute),     cmocka_unit_test(test_sum_and_ratio),
        cmocka_unit_test(test_missing),      cmocka_unit_test(test_instructions),
        cmocka_unit_test(test_return_probe), cmocka_unit_test(test_at_least),
        cmocka_unit_test(test_ledger),       cmocka_unit_test(test_uneven),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
