/* SPDX-License-Identifier: GPL-2.0 */
/* The long attachment in the document: budgets are judged on the worse of it and the windows. */
#include "tests/unit/documents.h"

#include "orchestrator/analysis_steady.h"

#define BINS 40

/* A small noise with no drift, the same in both arms. */
static double wobble(unsigned i)
{
    return 1 + 0.002 * jitter_of(i);
}

static void add_bin(struct trial *trial, char arm, unsigned position, double ns, const char *invalid)
{
    struct block block = costing(arm, ns);

    block.phase = PHASE_STEADY;
    block.position = position;
    block.start_ns = (uint64_t)1000 * WINDOW_NS + (uint64_t)position * WINDOW_NS;
    block.age_ns = (uint64_t)position * WINDOW_NS;
    if (invalid)
        strcpy(block.invalid, invalid);
    assert_int_equal(trial_add_block(trial, &block), 0);
}

/* Four windows without it, then bins with it that cost `late` times as much, then four without. */
static void add_long_attachment(struct trial *trial, double late, const char *invalid)
{
    unsigned position = 0;

    for (unsigned i = 0; i < 4; i++)
        add_bin(trial, 'A', position++, BASE_NS * wobble(i), NULL);
    for (unsigned i = 0; i < BINS; i++)
        add_bin(trial, 'B', position++, BASE_NS * late * wobble(i), i == BINS / 2 ? invalid : NULL);
    for (unsigned i = 0; i < 4; i++)
        add_bin(trial, 'A', position++, BASE_NS * wobble(i), NULL);
}

static json_t *document_of(const char *budget, double windows, double jitter, double late,
                           const char *invalid)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, budget, 32, windows, jitter);
    add_long_attachment(&trial, late, invalid);
    return compose(&trial);
}

static void the_same_cost_changes_nothing(void **state)
{
    OWNED_JSON json_t *document = document_of("latency.mean=5%", 1.01, 0.005, 1.01, NULL);

    (void)state;
    assert_verdict(document, "pass", EXIT_MEASURED);
    assert_false(document_is_true(document, "steady.differs"));
    assert_string_equal(document_text(document_primary(document), "judged_on"), "windows");
    assert_close(document_number(document_primary(document), "late.estimate"), 0.01, 0.002);
}

static void a_dearer_long_attachment_fails_what_the_windows_passed(void **state)
{
    OWNED_JSON json_t *document = document_of("latency.mean=5%", 1.01, 0.005, 1.20, NULL);

    (void)state;
    assert_verdict(document, "fail", EXIT_BUDGET);
    assert_string_equal(document_text(document_primary(document), "judged_on"), "steady");
    assert_true(has_reason(document, "in the long attachment"));
    assert_non_null(warning(document, "steady_differs"));
    assert_close(document_number(document_primary(document), "late.estimate"), 0.20, 0.005);
}

static void and_what_the_windows_left_open(void **state)
{
    OWNED_JSON json_t *document = document_of("latency.mean=5%", 1.05, 0.03, 1.50, NULL);

    (void)state;
    assert_verdict(document, "fail", EXIT_BUDGET);
    assert_string_equal(document_text(document_primary(document), "judged_on"), "steady");
}

static void a_cheaper_one_never_turns_a_verdict(void **state)
{
    OWNED_JSON json_t *document = document_of("latency.mean=5%", 1.05, 0.03, 0.80, NULL);

    (void)state;
    assert_verdict(document, "inconclusive", EXIT_INCONCLUSIVE);
}

/* A rate falls where a latency rises: each has its own sign and its own coefficients. */
static void a_rate_is_judged_with_its_own_sign(void **state)
{
    OWNED_JSON json_t *slower = document_of("throughput=5%", 1.01, 0.005, 1.20, NULL);
    OWNED_JSON json_t *faster = document_of("throughput=5%", 1.01, 0.005, 0.80, NULL);

    (void)state;
    assert_verdict(slower, "fail", EXIT_BUDGET);
    assert_verdict(faster, "pass", EXIT_MEASURED);
}

/* One of `family` runs that share one verdict. */
static json_t *one_of(unsigned family, unsigned quads, double late)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, "latency.mean=5%", quads, 1.01, 0.02);
    json_object_set_new(trial.header, "family", json_integer(family));
    add_long_attachment(&trial, late, NULL);
    return compose(&trial);
}

/*
 * Ten quads of deviation 1.2 %: t with 9 degrees of freedom is 2.26 at 2.5 %, but 3.4 at the first look's
 * level and 5 at a twelfth of it, 2.7, 4.1 and 6.1 points on the log scale, where the budget is 4.9. Late
 * bins are at 8.6 and 10.0.
 */
static void a_fail_takes_the_level_of_its_look(void **state)
{
    OWNED_JSON json_t *near = one_of(1, 32, 1.09), *beyond = one_of(1, 32, 1.105),
                      *of_many = one_of(12, 32, 1.105);

    (void)state;
    assert_verdict(near, "inconclusive", EXIT_INCONCLUSIVE);
    assert_true(has_reason(near, "cannot be told from it in the long attachment"));
    assert_verdict(beyond, "fail", EXIT_BUDGET);
    assert_verdict(of_many, "inconclusive", EXIT_INCONCLUSIVE);
}

static void fewer_quads_than_a_look_has_fail_nothing(void **state)
{
    OWNED_JSON json_t *document = one_of(1, 5, 1.5);

    (void)state;
    assert_verdict(document, "inconclusive", EXIT_INCONCLUSIVE);
}

/* Where the target may move the reference, raw and adjusted figures have to agree. */
static void a_doubtful_reference_is_judged_both_ways(void **state)
{
    const struct steady_report dearer = {.late = {0.2, 0.19, 0.21},
                                         .shared = {0.2, 0.18, 0.22},
                                         .differs = true},
                               same = {.late = {0.01, 0, 0.02}, .shared = {0.01, 0, 0.02}};
    struct analysis_design design = {.budget_count = 1};
    struct budget budget;
    struct error error = {0};
    struct metric_result windows = {
        .doubtful = true, .effect = {.estimate = 0.01}, .raw = {.estimate = 0.01}};

    (void)state;
    assert_int_equal(look_plan_make(&design.looks, LOOKS_DEFAULT, 0), 0);
    assert_int_equal(budget_parse(&budget, "latency.mean=5%", &error), 0);
    windows.metric = budget.metric;
    windows.budget = &budget;
    for (unsigned i = 0; i < 4; i++) {
        struct metric_result metric = windows;

        metric.verdict = VERDICT_PASS;
        analysis_judge_steady(&design, &metric,
                              &(struct steady_result){.known = true,
                                                      .report = i & 1 ? dearer : same,
                                                      .raw = i & 2 ? dearer : same});
        assert_int_equal(metric.verdict, i == 0   ? VERDICT_PASS
                                         : i == 3 ? VERDICT_FAIL
                                                  : VERDICT_INCONCLUSIVE);
        assert_int_equal(metric.judged_on_steady, i > 0);
    }
}

static void a_lost_window_makes_it_unknown_and_says_so(void **state)
{
    OWNED_JSON json_t *document = document_of("latency.mean=5%", 1.01, 0.005, 1.20, "foreign BPF program 7");

    (void)state;
    assert_verdict(document, "pass", EXIT_MEASURED);
    assert_non_null(warning(document, "steady_unknown"));
    assert_true(json_is_null(json_object_get(document_at(document, "steady"), "differs")));
}

/* Quads and bins on a machine that gets slower and faster: reference and load alike. */
static void a_moody_machine_is_no_older_attachment(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *document = NULL;

    (void)state;
    begin_trial(&trial, 32, "latency.mean", "throughput=5%");
    for (unsigned i = 0; i < 32; i++) {
        double mood[4], ns[4];

        for (unsigned position = 0; position < 4; position++) {
            mood[position] = 1 + 0.1 * jitter_of(i * 3 + position);
            ns[position] = BASE_NS * mood[position] * wobble(i + position);
        }
        add_quad(&trial, i % 2 ? "BAAB" : "ABBA", ns, mood, NULL);
    }
    add_long_attachment(&trial, 1, NULL);
    for (size_t i = 128; i < trial.count;
         i++) { /* the machine is 10 % slower throughout the bins' second half */
        bool slow = i > 128 + 4 + BINS / 2 && i < 128 + 4 + BINS;
        struct block *block = &trial.blocks[i];
        double mood = slow ? 1.1 : 1;

        set(block, "ref.chase.count", 1000);
        set(block, "ref.chase.ns", 1000 * mood);
        set(block, "ops", WINDOW_NS / (BASE_NS * mood));
    }
    add_runs(&trial, 2 * OPERATIONS, 3);
    end_trial(&trial, "last_look", 32, 0);
    document = compose(&trial);
    assert_verdict(document, "pass", EXIT_MEASURED);
    assert_close(document_number(document_metric(document, "throughput"), "late.estimate"), 0, 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_cost_changes_nothing),
        cmocka_unit_test(a_dearer_long_attachment_fails_what_the_windows_passed),
        cmocka_unit_test(and_what_the_windows_left_open),
        cmocka_unit_test(a_cheaper_one_never_turns_a_verdict),
        cmocka_unit_test(a_rate_is_judged_with_its_own_sign),
        cmocka_unit_test(a_fail_takes_the_level_of_its_look),
        cmocka_unit_test(fewer_quads_than_a_look_has_fail_nothing),
        cmocka_unit_test(a_doubtful_reference_is_judged_both_ways),
        cmocka_unit_test(a_lost_window_makes_it_unknown_and_says_so),
        cmocka_unit_test(a_moody_machine_is_no_older_attachment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
