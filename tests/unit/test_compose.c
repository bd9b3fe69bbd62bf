/* SPDX-License-Identifier: GPL-2.0 */
/* The verdict of a whole run: status, exit status and reasons, by how the run went. */
#include "tests/unit/documents.h"

#include <errno.h>

static json_t *document_of(const char *budget, unsigned quads, double ratio, double jitter)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, budget, quads, ratio, jitter);
    return compose(&trial);
}

/* The same with the header's --inconclusive. */
static json_t *undecided(const char *policy)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, "latency.mean=5%", 32, 1.05, 0.1);
    json_object_set_new(trial.header, "inconclusive", json_string(policy));
    return compose(&trial);
}

static json_t *ended(const char *budget, unsigned quads, const char *reason)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, budget, quads, 1.0, 0.005);
    end_trial(&trial, reason, quads, 0);
    return compose(&trial);
}

static void without_a_budget_it_is_measured(void **state)
{
    OWNED_JSON json_t *document = document_of(NULL, 32, 1.10, 0.005);

    (void)state;
    assert_verdict(document, "measured", EXIT_MEASURED);
    assert_int_equal(document_count(document, "verdict.reasons"), 0);
    assert_true(document_is_true(document_primary(document), "detected"));
    assert_close(document_number(document_primary(document), "effect.estimate"), 0.10, 1e-5);
    assert_close(document_number(document_primary(document), "effect.level"), 1 - 2 * 0.0155, 1e-12);
    assert_int_equal(document_count(document, "blocks"), 128);
    assert_int_equal(document_count(document, "design.order"), 32);
}

/* What reports print as a percentage. */
static void checks_have_the_unit_of_the_metric(void **state)
{
    OWNED_JSON json_t *document = document_of(NULL, 32, 1.10, 0.005);
    const json_t *check = document_named(document_at(document, "checks"), "halves");

    (void)state;
    assert_non_null(check);
    assert_true(isfinite(document_number(check, "value.estimate")));
    assert_string_equal(document_text(check, "unit"), "relative");
}

static void a_held_budget_passes(void **state)
{
    OWNED_JSON json_t *document = document_of("latency.mean=20%", 10, 1.10, 0.005);

    (void)state;
    assert_verdict(document, "pass", EXIT_MEASURED);
    /* 1 - (1 - p)^10 = 0.95 at p = 26 % (docs/method.md) */
    assert_string_equal(document_text(document_primary(document), "note"),
                        "cannot exclude costs that occur in fewer than 26 % of quads");
    assert_string_equal(document_text(document_primary(document), "judged_on"), "windows");
}

static void a_broken_budget_fails_and_says_at_least(void **state)
{
    OWNED_JSON json_t *early = document_of("latency.mean=5%", 10, 1.10, 0.005);

    (void)state;
    assert_verdict(early, "fail", EXIT_BUDGET);
    assert_true(has_reason(early, "latency.mean exceeds its budget (latency.mean=5%)"));
    assert_true(document_is_true(document_primary(early), "at_least"));
    assert_string_equal(document_text(document_primary(early), "verdict"), "fail");
}

static void what_is_undecided_is_the_users_choice(void **state)
{
    static const struct {
        const char *policy;
        int exit_status;
    } rows[] = {{"error", EXIT_INCONCLUSIVE}, {"pass", EXIT_MEASURED}, {"fail", EXIT_BUDGET}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        OWNED_JSON json_t *document = undecided(rows[i].policy);

        assert_verdict(document, "inconclusive", rows[i].exit_status);
        assert_true(
            has_reason(document, "latency.mean cannot be told from its budget (latency.mean=5%); about "));
    }
}

/* n (1.6 h / max(|delta - estimate|, h/4))^2 with the estimate on the budget: 32 * 6.4^2, rounded up; 2 s
 * each. */
static void undecided_says_what_it_would_take(void **state)
{
    OWNED_JSON json_t *document = undecided("error");

    (void)state;
    assert_true(has_reason(document, "about 1311 quads are needed, 2622 s"));
    assert_close(document_number(document_primary(document), "needed_quads"), 1311, 0);
}

/* Too few quads for a verdict, however clear they are: the first look's are needed. */
static void before_the_first_look_it_takes_as_many(void **state)
{
    static const int planned[] = {4, 32};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(planned); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        OWNED_JSON json_t *document = NULL;

        make_trial(&trial, "latency.mean=20%", 4, 1.0, 0.005);
        json_object_set_new(json_object_get(trial.header, "design"), "max_quads", json_integer(planned[i]));
        document = compose(&trial);
        assert_verdict(document, "inconclusive", EXIT_INCONCLUSIVE);
        assert_true(has_reason(document, "by 4 quads; a verdict takes 10 at least, 20 s"));
        assert_close(document_number(document_primary(document), "needed_quads"), 10, 0);
    }
}

static void a_budget_that_cannot_be_judged_is_undecided(void **state)
{
    OWNED_JSON json_t *missing = document_of("pps=5%", 32, 1.0, 0.005);
    OWNED_JSON json_t *none = document_of("latency.mean=5%", 0, 1.0, 0.005);

    (void)state;
    assert_verdict(missing, "inconclusive", EXIT_INCONCLUSIVE);
    assert_true(has_reason(missing, "pps could not be judged: not every block could give it"));
    assert_verdict(none, "inconclusive", EXIT_INCONCLUSIVE);
    assert_true(has_reason(none, "latency.mean could not be judged: no valid quad"));
    assert_string_equal(document_text(none, "verdict.sentence"),
                        "Nothing can be said of softirqs: no valid quad was measured.");
}

/* One in five is still good; one in four is not. */
static void too_many_repeats_are_untrustworthy(void **state)
{
    static const struct {
        unsigned started, repeated;
        bool good;
    } rows[] = {{15, 3, true}, {14, 3, false}, {2, 1, true}, {3, 3, false}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        OWNED_JSON json_t *document = NULL;

        make_trial(&trial, "latency.mean=20%", 12, 1.10, 0.005);
        end_trial(&trial, "last_look", rows[i].started, rows[i].repeated);
        document = compose(&trial);
        assert_verdict(document, rows[i].good ? "pass" : "untrustworthy",
                       rows[i].good ? EXIT_MEASURED : EXIT_UNTRUSTWORTHY);
        assert_int_equal(has_reason(document, "quads had to be repeated (last: missed its rate)"),
                         !rows[i].good);
        assert_non_null(warning(document, "repeated_quads"));
    }
}

static void a_workload_that_dies_breaks_every_budget(void **state)
{
    OWNED_JSON json_t *budget = ended("latency.mean=20%", 4, "workload_died");
    OWNED_JSON json_t *none = ended(NULL, 4, "workload_died");

    (void)state;
    assert_verdict(budget, "fail", EXIT_BUDGET);
    assert_true(has_reason(budget, "the workload died with the target on, and never without it"));
    assert_verdict(none, "untrustworthy", EXIT_UNTRUSTWORTHY);
    assert_true(has_reason(none, "the workload died with the target on"));
}

/* Its quad was repeated, and is in no figure. */
static void a_workload_that_died_once_holds_no_budget(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *document = NULL;

    (void)state;
    make_trial(&trial, "latency.mean=20%", 32, 1.10, 0.005);
    json_object_set_new(json_object_get(trial.facts, "end"), "died_on", json_integer(1));
    json_object_set_new(json_object_get(trial.facts, "end"), "last_death",
                        json_string("fio exited with status 1"));
    document = compose(&trial);
    assert_verdict(document, "inconclusive", EXIT_INCONCLUSIVE);
    assert_non_null(strstr(warning(document, "load_died"), "(last: fio exited with status 1)"));
    assert_true(has_reason(document, "the workload died in 1 quads with the target on, and in 0 without it"));
}

static void a_second_target_that_kills_the_load_fails_nobody(void **state)
{
    OWNED_JSON json_t *document = ended("latency.mean=20%", 4, "second_killed_load");

    (void)state;
    assert_verdict(document, "untrustworthy", EXIT_UNTRUSTWORTHY);
    assert_true(has_reason(document, "the workload died with the second target on"));
}

static void an_emergency_fails_outside_the_guarantee(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *document = NULL;

    (void)state;
    make_trial(&trial, "latency.mean=5%", 2, 6, 0);
    end_trial(&trial, "emergency", 2, 0);
    document = compose(&trial);
    assert_verdict(document, "fail", EXIT_BUDGET);
    assert_true(has_reason(document, "emergency_stop: "));
    assert_true(has_reason(document, "outside the error guarantee"));
}

static void an_interrupt_never_passes(void **state)
{
    OWNED_JSON json_t *held = ended("latency.mean=20%", 12, "interrupt");
    OWNED_JSON json_t *none = ended(NULL, 12, "interrupt");
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *broken = NULL;

    (void)state;
    assert_verdict(held, "inconclusive", EXIT_INTERRUPTED);
    assert_true(has_reason(held, "interrupted after 12 quads"));
    assert_verdict(none, "measured", EXIT_INTERRUPTED);
    make_trial(&trial, "latency.mean=5%", 12, 1.10, 0.005);
    end_trial(&trial, "interrupt", 12, 0);
    broken = compose(&trial);
    assert_verdict(broken, "fail", EXIT_INTERRUPTED);
}

/* A run that was killed has no end at all. */
static void a_run_without_an_end_was_interrupted(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *document = NULL;

    (void)state;
    begin_trial(&trial, 32, "latency.mean", "latency.mean=20%");
    add_quads(&trial, 12, 1.0, 0.005);
    document = compose(&trial);
    assert_verdict(document, "inconclusive", EXIT_INTERRUPTED);
    assert_string_equal(document_text(document, "design.stopped_by"), "interrupt");
}

/* The target died after its look, in the long attachment: the run's exit was 5, and it is no PASS. */
static void a_run_that_ended_in_an_error_never_passes(void **state)
{
    OWNED_JSON json_t *held = ended("latency.mean=20%", 12, "error");
    OWNED_JSON json_t *none = ended(NULL, 12, "error");

    (void)state;
    assert_verdict(held, "untrustworthy", EXIT_UNTRUSTWORTHY);
    assert_true(has_reason(held, "the run ended in an error after 12 quads"));
    assert_verdict(none, "untrustworthy", EXIT_UNTRUSTWORTHY);
}

/* As the trial of a run that failed has it: `analyse` exits with what the run exited with. */
static void a_run_that_ended_in_an_error_keeps_its_exit_status(void **state)
{
    static const int statuses[] = {EXIT_UNSUPPORTED, EXIT_TARGET, EXIT_ENVIRONMENT, EXIT_UNTRUSTWORTHY};
    static const char *const budgets[] = {NULL, "latency.mean=20%"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(statuses) * ARRAY_SIZE(budgets); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        OWNED_JSON json_t *document = NULL;

        make_trial(&trial, budgets[i % 2], 12, 1.0, 0.005);
        add_fact(&trial, "end",
                 json_pack("{s:s, s:i, s:s}", "reason", "error", "exit_status", statuses[i / 2], "error",
                           "the target died"));
        document = compose(&trial);
        assert_verdict(document, "untrustworthy", statuses[i / 2]);
        assert_true(has_reason(document, "the run ended in an error after 12 quads: the target died"));
    }
}

/* What a trial from elsewhere says is no exit status of ours. */
static void a_wrong_exit_status_of_a_trial_is_not_taken(void **state)
{
    static const int statuses[] = {-1, 0, 1, 2, 3, 8, 130, 1000000};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        OWNED_JSON json_t *document = NULL;

        make_trial(&trial, NULL, 12, 1.0, 0.005);
        add_fact(&trial, "end", json_pack("{s:s, s:i}", "reason", "error", "exit_status", statuses[i]));
        document = compose(&trial);
        assert_verdict(document, "untrustworthy", EXIT_UNTRUSTWORTHY);
    }
}

static void a_bad_header_is_an_error(void **state)
{
    static const char *const parts[] = {"tool",   "command", "environment",    "workload",
                                        "target", "design",  "primary_metric", "budgets"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(parts); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        struct error error = {0};
        json_t *document = NULL;

        make_trial(&trial, "latency.mean=20%", 10, 1.10, 0.005);
        json_object_del(trial.header, parts[i]);
        assert_int_equal(compose_document(&trial, &document, &error), -EINVAL);
        assert_int_equal(error.status, EXIT_USAGE);
        assert_null(document);
    }
}

/* It ends within --max-time, or says by how much it did not. */
static void more_time_than_was_given_is_told(void **state)
{
    static const double most_s[] = {0, 70, 60}; /* none, enough, too little for the 64 s of 32 quads */

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(most_s); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        OWNED_JSON json_t *document = NULL;
        const char *text;

        make_trial(&trial, NULL, 32, 1.0, 0.005);
        json_object_set_new(json_object_get(trial.header, "design"), "max_seconds", json_real(most_s[i]));
        json_object_set_new(trial_fact(&trial, "end"), "seconds", json_real(64));
        document = compose(&trial);
        text = warning(document, "over_time");
        assert_int_equal(text != NULL, i == 2);
        if (text)
            assert_string_equal(text, "the run took 64 s, and should have ended within 60 s (--max-time)");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_budget_it_is_measured),
        cmocka_unit_test(checks_have_the_unit_of_the_metric),
        cmocka_unit_test(a_held_budget_passes),
        cmocka_unit_test(a_broken_budget_fails_and_says_at_least),
        cmocka_unit_test(what_is_undecided_is_the_users_choice),
        cmocka_unit_test(undecided_says_what_it_would_take),
        cmocka_unit_test(before_the_first_look_it_takes_as_many),
        cmocka_unit_test(a_budget_that_cannot_be_judged_is_undecided),
        cmocka_unit_test(too_many_repeats_are_untrustworthy),
        cmocka_unit_test(a_workload_that_dies_breaks_every_budget),
        cmocka_unit_test(a_workload_that_died_once_holds_no_budget),
        cmocka_unit_test(a_second_target_that_kills_the_load_fails_nobody),
        cmocka_unit_test(an_emergency_fails_outside_the_guarantee),
        cmocka_unit_test(an_interrupt_never_passes),
        cmocka_unit_test(a_run_without_an_end_was_interrupted),
        cmocka_unit_test(a_run_that_ended_in_an_error_never_passes),
        cmocka_unit_test(a_run_that_ended_in_an_error_keeps_its_exit_status),
        cmocka_unit_test(a_wrong_exit_status_of_a_trial_is_not_taken),
        cmocka_unit_test(a_bad_header_is_an_error),
        cmocka_unit_test(more_time_than_was_given_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
