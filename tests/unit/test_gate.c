/* SPDX-License-Identifier: GPL-2.0 */
/* A gate's plan, what becomes of its runs, and the verdict of all: with a child that is made up. */
#include "tests/unit/gates.h"

#include "base/cpus.h"
#include "orchestrator/outcome.h"

#include <errno.h>

static const char four[] = "targets: [{name: a, sham: true}, {name: b, exec: [tool]}]\n"
                           "workloads: [{load: 'syscall,call=getpid'}, {load: udp_rr, rate: 5k/s}]\n"
                           "budgets: {latency.p50: {max_worsening: 10%, critical: true}}\n"
                           "time_limit: 100s\n";

static void expect_statuses(const json_t *document, int exit_status, const char *const *statuses)
{
    for (size_t i = 0; statuses[i]; i++)
        assert_string_equal(document_text(document_item(document, "runs", i), "status"), statuses[i]);
    assert_int_equal((int)document_number(document, "verdict.exit_status"), exit_status);
}

static void test_plan(void **state)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    CLEANUP(gate_free) struct gate gate = {0};
    CLEANUP(words_free) struct words words = {0}, guests = {0};

    (void)state;
    make(&file, &gate,
         "targets: [{name: a, exec: [tool, -x]}]\nworkloads: [{load: udp_rr, rate: 5k/s}]\n"
         "kernels: ['debian:6.1', host, 'debian:6.12']\nquads: 10\n");
    assert_int_equal(gate.run_count, 3);
    assert_int_equal(gate.job_count, 2); /* the host, and the guests side by side */
    gate_job_words(&gate, &gate.jobs[0], "d.json", 30, &words);
    assert_string_equal(words.items[1], "run");
    assert_string_equal(after(&words, "-w"), "udp_rr,mode=open,rate=5k/s");
    assert_string_equal(after(&words, "--max-time"), "30.000s");
    assert_string_equal(after(&words, "--attempt"), "2");
    assert_string_equal(after(&words, "--family"), "1"); /* instructions have no error to share */
    assert_string_equal(after(&words, "--scenario"), file.digest);
    assert_string_equal(after(&words, "--"), "tool");
    gate_job_words(&gate, &gate.jobs[1], "d.json", 0, &guests);
    assert_string_equal(guests.items[1], "kernels");
    assert_string_equal(after(&guests, "--kernel"), "debian:6.1");
    assert_string_equal(after(&guests, "--"), "run");
    assert_string_equal(after(&guests, "--quads"), "");
    assert_string_equal(after(&guests, "--timeout"), "");
}

static void test_plan_kernels_of_one_target(void **state)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    CLEANUP(gate_free) struct gate gate = {0};
    CLEANUP(words_free) struct words words = {0};

    (void)state;
    make(&file, &gate,
         "targets: [{name: a, exec: [tool]}, {name: b, exec: [tool, -b], kernels: ['debian:6.1']}]\n"
         "workloads: [{load: udp_rr}]\nkernels: ['debian:6.1', 'debian:6.12']\nseeds: 1\n");
    assert_int_equal(gate.run_count, 3);
    assert_int_equal(gate.job_count, 2);
    assert_int_equal(gate.jobs[1].count, 1);
    gate_job_words(&gate, &gate.jobs[1], "d.json", 0, &words);
    assert_string_equal(after(&words, "--kernel"), "debian:6.1");
    assert_string_equal(after(&words, "--seeds"), "1");
}

/* They boot one behind the other, and each run has the time to end by itself. */
static void test_time_of_timed_guests(void **state)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    CLEANUP(gate_free) struct gate gate = {0};
    CLEANUP(words_free) struct words words = {0}, unlimited = {0};

    (void)state;
    make(&file, &gate,
         "targets: [{sham: true}]\nworkloads: [{load: udp_rr}]\nmode: timed\n"
         "kernels: ['debian:6.1', 'debian:6.12', 'debian:6.6']\n");
    gate_job_words(&gate, &gate.jobs[0], "d.json", 300, &words);
    assert_string_equal(after(&words, "--timeout"), "100.000s");
    assert_string_equal(after(&words, "--"), "run");
    assert_string_equal(after(&words, "run"), "--max-time");
    assert_string_equal(after(&words, "--max-time"), "69.231s"); /* and 10 s to boot, and 30% behind it */
    gate_job_words(&gate, &gate.jobs[0], "d.json", 0, &unlimited);
    assert_string_equal(after(&unlimited, "--timeout"), "");
    assert_string_equal(after(&unlimited, "--max-time"), "");
}

/* As many boots side by side as there are CPUs; what they do takes what it takes. */
static void test_time_of_exact_guests(void **state)
{
    unsigned cpus = (unsigned)cpus_online();
    static const unsigned seeds[] = {3, 16}; /* 3: where none are given */

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(seeds); i++) {
        CLEANUP(scenario_free) struct scenario_file file = {0};
        CLEANUP(gate_free) struct gate gate = {0};
        CLEANUP(words_free) struct words words = {0};
        char wanted[32];

        make(&file, &gate,
             i ? "targets: [{sham: true}]\nworkloads: [{load: syscall}]\nseeds: 16\n"
                 "kernels: ['debian:6.1', 'debian:6.12']\n"
               : "targets: [{sham: true}]\nworkloads: [{load: syscall}]\n"
                 "kernels: ['debian:6.1', 'debian:6.12']\n");
        gate_job_words(&gate, &gate.jobs[0], "d.json", 640, &words);
        snprintf(wanted, sizeof(wanted), "%.3fs", 640.0 / ((2 * seeds[i] + cpus - 1) / cpus));
        assert_string_equal(after(&words, "--timeout"), wanted);
        assert_string_equal(after(&words, "--max-time"), "");
    }
}

/* So little that it would be ended in the middle: it is not begun, and open. */
static void test_too_little_time_for_guests(void **state)
{
    static const char text[] = "targets: [{sham: true}]\nworkloads: [{load: syscall}]\nmode: timed\n"
                               "kernels: ['debian:6.1', 'debian:6.12']\ntime_limit: 39s\n";
    static const char *const late[] = {"inconclusive", "inconclusive", NULL};
    struct script script = {.each = 10};
    CLEANUP(jsonio_drop) json_t *document = play(text, &script);

    (void)state;
    expect_statuses(document, EXIT_INCONCLUSIVE, late);
    assert_int_equal(script.ran, 0);
}

static void test_all_pass_in_their_share_of_time(void **state)
{
    static const char *const passes[] = {"pass", "pass", "pass", "pass", NULL};
    struct script script = {.each = 10, .jobs = {{0, "pass"}, {0, "pass"}, {0, "pass"}, {0, "pass"}}};
    CLEANUP(jsonio_drop) json_t *document = play(four, &script);

    (void)state;
    expect_statuses(document, EXIT_MEASURED, passes);
    assert_string_equal(script.shares[0], "25.000s");
    assert_string_equal(script.shares[1], "30.000s"); /* what is left, among those that are left */
    assert_string_equal(script.shares[3], "70.000s");
    assert_string_equal(document_text(document, "verdict.sentence"), "4 runs pass.");
}

static void test_mixed(void **state)
{
    static const char *const mixed[] = {"inconclusive", "target_failed", "untrustworthy", "environment",
                                        NULL};
    struct script script = {.each = 10,
                            .jobs = {{3, "inconclusive"}, {5, NULL}, {7, "untrustworthy"}, {6, NULL}}};
    CLEANUP(jsonio_drop) json_t *document = play(four, &script);

    (void)state;
    expect_statuses(document, EXIT_UNTRUSTWORTHY, mixed);
    assert_string_equal(document_text(document, "runs.1.reason"), "the last words");
    assert_true(document_count(document, "verdict.reasons") >= 3);
}

/* What the policy makes of what is open is its exit status, and no other finding. */
static void test_policy_is_no_finding(void **state)
{
    static const struct {
        const char *policy;
        int exit_status;
        const char *sentence;
        struct script script;
        const char *statuses[5];
    } rows[] = {{"pass",
                 EXIT_MEASURED,
                 "2 runs need more time; 2 runs pass.",
                 {.each = 60, .jobs = {{0, "pass"}, {0, "pass"}}},
                 {"pass", "pass", "inconclusive", "inconclusive", NULL}},
                {"fail",
                 EXIT_BUDGET,
                 "4 runs need more time.",
                 {.each = 60, .jobs = {{3, "inconclusive"}, {3, "inconclusive"}}},
                 {"inconclusive", "inconclusive", "inconclusive", "inconclusive", NULL}}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct script script = rows[i].script;
        char text[600];
        CLEANUP(jsonio_drop) json_t *document = NULL;

        snprintf(text, sizeof(text), "%sinconclusive: %s\n", four, rows[i].policy);
        document = play(text, &script);
        expect_statuses(document, rows[i].exit_status, rows[i].statuses);
        assert_string_equal(document_text(document, "verdict.status"), "inconclusive");
        assert_string_equal(document_text(document, "verdict.sentence"), rows[i].sentence);
        assert_true(document_count(document, "verdict.reasons") >= 2);
    }
}

static void test_critical_ends_it(void **state)
{
    static const char *const stopped[] = {"pass", "fail", "not_run", "not_run", NULL};
    struct script script = {.each = 10, .jobs = {{0, "pass"}, {1, "fail"}}};
    CLEANUP(jsonio_drop) json_t *document = play(four, &script);

    (void)state;
    expect_statuses(document, EXIT_BUDGET, stopped);
    assert_int_equal(script.ran, 2);
}

static void test_interrupt_keeps_what_there_is(void **state)
{
    static const char *const kept[] = {"pass", "interrupted", "interrupted", "interrupted", NULL};
    struct script script = {.each = 10, .jobs = {{0, "pass"}, {EXIT_INTERRUPTED, NULL}}};
    CLEANUP(jsonio_drop) json_t *document = play(four, &script);

    (void)state;
    expect_statuses(document, EXIT_INTERRUPTED, kept);
    assert_non_null(document_at(document, "runs.0.document"));
}

static void test_time_runs_out(void **state)
{
    static const char *const late[] = {"pass", "pass", "inconclusive", "inconclusive", NULL};
    struct script script = {.each = 60, .jobs = {{0, "pass"}, {0, "pass"}}};
    CLEANUP(jsonio_drop) json_t *document = play(four, &script);

    (void)state;
    expect_statuses(document, EXIT_INCONCLUSIVE, late);
    assert_int_equal(script.ran, 2);
}

static void test_order_of_outcomes(void **state)
{
    static const enum exit_status order[] = {EXIT_INTERRUPTED,   EXIT_BUDGET,       EXIT_USAGE,
                                             EXIT_UNTRUSTWORTHY, EXIT_TARGET,       EXIT_ENVIRONMENT,
                                             EXIT_UNSUPPORTED,   EXIT_INCONCLUSIVE, EXIT_MEASURED};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(order); i++)
        for (size_t j = i; j < ARRAY_SIZE(order); j++) {
            assert_int_equal(outcome_worse(order[i], order[j]), order[i]);
            assert_int_equal(outcome_worse(order[j], order[i]), order[i]);
        }
    assert_int_equal(outcome_of(NULL, 0), EXIT_MEASURED);
    assert_int_equal(outcome_of_child(0), EXIT_MEASURED);
    assert_int_equal(outcome_of_child(3), EXIT_INCONCLUSIVE);
    assert_int_equal(outcome_of_child(128 + 9), EXIT_ENVIRONMENT);
    assert_int_equal(outcome_of_child(127), EXIT_ENVIRONMENT);
    assert_int_equal(outcome_worse(EXIT_MEASURED, (enum exit_status)137), EXIT_ENVIRONMENT);
}

/* A file that can't be written hides no worse outcome, and is told. */
static void test_outcome_that_could_not_be_told(void **state)
{
    static const struct {
        enum exit_status outcome, exit_status;
    } rows[] = {{EXIT_MEASURED, EXIT_ENVIRONMENT},
                {EXIT_INCONCLUSIVE, EXIT_ENVIRONMENT},
                {EXIT_BUDGET, EXIT_BUDGET},
                {EXIT_UNTRUSTWORTHY, EXIT_UNTRUSTWORTHY},
                {EXIT_INTERRUPTED, EXIT_INTERRUPTED}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct error error = {0};
        int failed = error_set(&error, EXIT_ENVIRONMENT, -ENOSPC, "no room");

        assert_int_equal(outcome_told(rows[i].outcome, 0, &error), rows[i].outcome);
        assert_int_equal(outcome_told(rows[i].outcome, failed, &error), -ENOSPC);
        assert_int_equal(error.status, rows[i].exit_status);
        assert_string_equal(error.message, "no room");
    }
}

/* A child that the kernel ended, and one that ends well and leaves nothing, hold no budget. */
static void test_child_without_document(void **state)
{
    static const char *const wanted[] = {"pass", "environment", "untrustworthy", "pass", NULL};
    struct script script = {.each = 10, .jobs = {{0, "pass"}, {128 + 9, NULL}, {0, NULL}, {0, "pass"}}};
    CLEANUP(jsonio_drop) json_t *document = play(four, &script);

    (void)state;
    expect_statuses(document, EXIT_UNTRUSTWORTHY, wanted);
    assert_string_equal(document_text(document, "runs.1.reason"), "it was killed by signal 9 (Killed)");
    assert_int_equal((int)document_number(document, "runs.1.exit_status"), EXIT_ENVIRONMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_plan_kernels_of_one_target),
        cmocka_unit_test(test_time_of_timed_guests),
        cmocka_unit_test(test_time_of_exact_guests),
        cmocka_unit_test(test_too_little_time_for_guests),
        cmocka_unit_test(test_all_pass_in_their_share_of_time),
        cmocka_unit_test(test_mixed),
        cmocka_unit_test(test_policy_is_no_finding),
        cmocka_unit_test(test_critical_ends_it),
        cmocka_unit_test(test_interrupt_keeps_what_there_is),
        cmocka_unit_test(test_time_runs_out),
        cmocka_unit_test(test_order_of_outcomes),
        cmocka_unit_test(test_outcome_that_could_not_be_told),
        cmocka_unit_test(test_child_without_document),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
