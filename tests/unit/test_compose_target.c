/* SPDX-License-Identifier: GPL-2.0 */
/* Did the load fire the target's programs at all? And what else a reader must know of the target. */
#include "tests/unit/documents.h"
#include "orchestrator/compose_maps.h"

/* A run whose statistics phase saw one program, once with a budget and once without. */
static json_t *counted(const char *budget, double runs, double runs_paused)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, budget, 10, 1.0, 0.005);
    add_runs(&trial, runs, runs_paused);
    return compose(&trial);
}

static const json_t *program_of(const json_t *document)
{
    return document_item(document, "target.programs", 0);
}

static void programs_that_run_are_counted_per_operation(void **state)
{
    OWNED_JSON json_t *document = counted("latency.mean=20%", 2000, 500);
    const json_t *program = program_of(document);

    (void)state;
    assert_verdict(document, "pass", EXIT_MEASURED);
    assert_close(document_number(program, "runs_per_op"), 1.5, 1e-12); /* (2000 - 500) / 1000 */
    assert_null(document_at(program, "own_runs_per_op"));              /* nobody counted them */
    assert_close(document_number(program, "runs_per_second_idle"), 500, 1e-12);
    assert_close(document_number(program, "ns_per_run"), 100, 1e-12);
    assert_null(warning(document, "never_fired"));
    assert_null(warning(document, "firing_unclear"));
    assert_null(warning(document, "program_idle"));
}

/* 2000 runs with the load, of which the target's own system calls made 400 and the load 1100; 100 of the
 * load's come in the pauses, too. The target's own are not set against its pauses. */
static void runs_have_owners(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *document = NULL;
    const json_t *program;
    json_t *counted_program;

    (void)state;
    make_trial(&trial, NULL, 10, 1.0, 0.005);
    add_runs(&trial, 2000, 500);
    counted_program =
        json_array_get(json_object_get(json_object_get(trial.facts, "statistics"), "programs"), 0);
    json_object_set_new(counted_program, "hits", json_pack("{s:f, s:f}", "target", 400.0, "load", 1100.0));
    json_object_set_new(counted_program, "hits_paused",
                        json_pack("{s:f, s:f}", "target", 300.0, "load", 100.0));
    document = compose(&trial);
    program = program_of(document);
    assert_close(document_number(program, "all_runs_per_op"), 2, 1e-12);
    assert_close(document_number(program, "own_runs_per_op"), 0.4, 1e-12);
    assert_close(document_number(program, "load_runs_per_op"), 1, 1e-12);
}

static void a_target_that_never_fired_was_not_tested(void **state)
{
    static const double runs[][2] = {{0, 0}, {3, 3}, {3, 20}, {5, 0}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(runs); i++) {
        OWNED_JSON json_t *budget = counted("latency.mean=20%", runs[i][0], runs[i][1]);
        OWNED_JSON json_t *none = counted(NULL, runs[i][0], runs[i][1]);

        assert_verdict(budget, "untrustworthy", EXIT_UNTRUSTWORTHY);
        assert_true(has_reason(budget, "never_fired: "));
        assert_non_null(warning(budget, "never_fired"));
        assert_verdict(none, "measured", EXIT_MEASURED);
        assert_non_null(warning(none, "never_fired"));
        assert_string_equal(document_text(none, "verdict.sentence"),
                            "softirqs was not measured: none of its programs ran more often with this load "
                            "than without it.");
    }
}

/* More than five runs and five standard deviations: 100 > 5 * sqrt(100), 300 > 5 * sqrt(1300 + 1000). */
static void rare_runs_count_where_they_stand_out(void **state)
{
    static const double runs[][2] = {{100, 0}, {1300, 1000}, {1000, 499}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(runs); i++) {
        OWNED_JSON json_t *document = counted("latency.mean=20%", runs[i][0], runs[i][1]);

        assert_verdict(document, "pass", EXIT_MEASURED);
    }
}

/* 10 more, of 1500 that come anyway and vary by 5 * sqrt(3000): who fired them can't be told. */
static void a_busy_background_leaves_it_unclear(void **state)
{
    OWNED_JSON json_t *document = counted("latency.mean=20%", 1510, 1500);

    (void)state;
    assert_verdict(document, "pass", EXIT_MEASURED);
    assert_non_null(strstr(warning(document, "firing_unclear"), "share of the runs cannot be told"));
    assert_null(warning(document, "never_fired"));
}

/* Four seconds with the load against one without: 400 runs are what comes anyway. */
static void phases_of_different_length_are_compared_per_time(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *document = NULL;

    (void)state;
    make_trial(&trial, NULL, 10, 1.0, 0.005);
    add_runs(&trial, 400, 100);
    json_object_set_new(json_object_get(trial.facts, "statistics"), "seconds", json_real(4));
    document = compose(&trial);
    assert_non_null(warning(document, "never_fired"));
    assert_close(document_number(program_of(document), "runs_per_op"), 0, 1e-12);
}

/* Unknown is not never. */
static void counts_that_are_missing_leave_it_unclear(void **state)
{
    static const char *const keys[] = {"seconds", "seconds_paused", "operations"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(keys); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        OWNED_JSON json_t *document = NULL;

        make_trial(&trial, "latency.mean=20%", 10, 1.0, 0.005);
        add_runs(&trial, 10, 0);
        json_object_set_new(json_object_get(trial.facts, "statistics"), keys[i], json_null());
        document = compose(&trial);
        assert_verdict(document, "pass", EXIT_MEASURED);
        assert_non_null(warning(document, "firing_unclear"));
    }
}

/* The machine's own traffic can't be paused: whatever ran is its doing, and what never ran did not fire. */
static void traffic_that_cannot_be_paused_has_all_runs(void **state)
{
    (void)state;
    for (unsigned runs = 0; runs < 2; runs++) {
        CLEANUP(trial_free) struct trial trial = {0};
        OWNED_JSON json_t *document = NULL;

        make_trial(&trial, "latency.mean=20%", 10, 1.0, 0.005);
        add_runs(&trial, runs, 0);
        json_object_set_new(json_object_get(trial.facts, "statistics"), "paused", json_false());
        json_object_set_new(json_object_get(trial.facts, "statistics"), "seconds_paused", json_null());
        document = compose(&trial);
        assert_null(warning(document, "firing_unclear"));
        assert_int_equal(warning(document, "never_fired") == NULL, runs == 1);
        assert_close(document_number(program_of(document), "runs_per_op"), (double)runs / OPERATIONS, 1e-12);
    }
}

/* A kernel without BPF statistics, or a run that ended before that phase. */
static void without_the_phase_the_warning_says_so(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *document = NULL;

    (void)state;
    make_trial(&trial, "latency.mean=20%", 10, 1.0, 0.005);
    add_fact(&trial, "statistics", json_null());
    document = compose(&trial);
    assert_verdict(document, "pass", EXIT_MEASURED);
    assert_non_null(strstr(warning(document, "firing_unclear"), "were not counted"));
    assert_null(document_at(document, "target.statistics"));
}

/* The sham has no programs; nothing has to fire, whether its phase took place or not. */
static void a_sham_may_never_fire(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        OWNED_JSON json_t *document = NULL;

        make_trial(&trial, "latency.mean=20%", 10, 1.0, 0.005);
        json_object_set_new(trial.header, "target", json_pack("{s:s, s:[]}", "kind", "sham", "argv"));
        add_fact(&trial, "target", json_pack("{s:[], s:[], s:b}", "programs", "maps", "may_never_fire", 1));
        add_fact(&trial, "statistics",
                 i ? json_null()
                   : json_pack("{s:f, s:f, s:f, s:[]}", "seconds", 1.0, "operations", 1000.0,
                               "seconds_paused", 1.0, "programs"));
        document = compose(&trial);
        assert_verdict(document, "pass", EXIT_MEASURED);
        assert_int_equal(document_count(document, "warnings"), 0);
        assert_non_null(strstr(document_text(document, "verdict.sentence"), "No effect of the sham on "));
        assert_null(json_object_get(document_at(document, "target"), "may_never_fire"));
    }
}

static void a_program_that_did_not_run_is_named(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *document = NULL;
    json_t *idle = json_pack("{s:s, s:s, s:s}", "name", "idle", "type", "kprobe", "attach", "do_exit");
    json_t *runs = json_copy(idle);

    (void)state;
    make_trial(&trial, NULL, 10, 1.0, 0.005);
    json_array_append_new(json_object_get(json_object_get(trial.facts, "target"), "programs"), idle);
    json_object_set_new(runs, "runs", json_real(0));
    json_object_set_new(runs, "runs_paused", json_real(0));
    json_array_append_new(json_object_get(json_object_get(trial.facts, "statistics"), "programs"), runs);
    document = compose(&trial);
    assert_string_equal(warning(document, "program_idle"),
                        "program idle (do_exit) did not run under this load");
}

/* Five turns: what a run took in each, and how many there were a second. */
static json_t *in_turns(const double *ns_per_run, const double *runs)
{
    CLEANUP(trial_free) struct trial trial = {0};
    json_t *program, *rates = json_array(), *times = json_array();

    make_trial(&trial, NULL, 10, 1.0, 0.005);
    program = json_array_get(json_object_get(json_object_get(trial.facts, "statistics"), "programs"), 0);
    for (unsigned i = 0; i < 5; i++) {
        json_array_append_new(rates, json_real(runs[i]));
        json_array_append_new(times, json_real(runs[i] * ns_per_run[i]));
    }
    json_object_set_new(program, "loaded_per_second", rates);
    json_object_set_new(program, "loaded_run_time_per_second", times);
    return compose(&trial);
}

/* A mean of five by Student's t: 2.776 x 7.906 / sqrt(5). */
static void turns_tell_how_well_a_run_is_known(void **state)
{
    const double differing[] = {100, 110, 90, 105, 95}, alike[] = {99.7, 99.7, 99.7, 99.7, 99.7},
                 even[] = {1000, 1000, 1000, 1000, 1000}, uneven[] = {900, 1100, 1000, 300, 777},
                 once[] = {0, 0, 700, 0, 0};
    OWNED_JSON json_t *some = in_turns(differing, even), *equal = in_turns(alike, uneven),
                      *one = in_turns(differing, once), *none = counted(NULL, 2000, 500);
    const json_t *width = document_at(program_of(some), "ns_per_run_interval");

    (void)state;
    assert_close(document_number(width, "estimate"), 100, 1e-9);
    assert_close(document_number(width, "low"), 100 - 9.816, 1e-3);
    assert_close(document_number(width, "high"), 100 + 9.816, 1e-3);
    width = document_at(program_of(equal), "ns_per_run_interval");
    assert_true(document_number(width, "low") == document_number(width, "estimate"));
    assert_true(document_number(width, "high") == document_number(width, "estimate"));
    assert_null(document_at(program_of(one), "ns_per_run_interval"));
    assert_null(document_at(program_of(none), "ns_per_run_interval"));
}

static json_t *with_target_fact(const char *key, json_t *value)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, NULL, 10, 1.0, 0.005);
    json_object_set_new(json_object_get(trial.facts, "target"), key, value);
    return compose(&trial);
}

static void a_target_that_loses_events_is_cheaper_than_it_looks(void **state)
{
    OWNED_JSON json_t *events = with_target_fact("lost_events", json_integer(1234));
    OWNED_JSON json_t *lines = with_target_fact("lost_lines", json_integer(2));
    OWNED_JSON json_t *none = with_target_fact("lost_events", json_integer(0));

    (void)state;
    assert_non_null(strstr(warning(events, "lost_events"), "1234 of the probe's events found no room"));
    assert_non_null(warning(lines, "lost_events"));
    assert_null(warning(none, "lost_events"));
}

static void a_probe_whose_operations_fail_is_cheaper_than_it_looks(void **state)
{
    OWNED_JSON json_t *some = with_target_fact("failed_operations", json_integer(17));
    OWNED_JSON json_t *none = with_target_fact("failed_operations", json_integer(0));
    OWNED_JSON json_t *unknown = with_target_fact("failed_operations", json_null());

    (void)state;
    assert_non_null(strstr(warning(some, "failed_operations"), "17 operations"));
    assert_null(warning(none, "failed_operations"));
    assert_null(warning(unknown, "failed_operations"));
}

static void a_target_that_had_to_be_killed_is_named(void **state)
{
    OWNED_JSON json_t *killed = with_target_fact("stop_signal", json_string("SIGKILL"));
    OWNED_JSON json_t *asked = with_target_fact("stop_signal", json_string("SIGINT"));

    (void)state;
    assert_non_null(warning(killed, "target_killed"));
    assert_null(warning(asked, "target_killed"));
}

static json_t *target_with(const char *first, const char *second)
{
    json_t *target = json_pack("{s:[o, o], s:[{s:s}, {s:s}]}", "programs", json_loads(first, 0, NULL),
                               json_loads(second, 0, NULL), "maps", "name", "counts", "name", "events");

    assert_non_null(target);
    compose_map_rates(target, NULL);
    return target;
}

/* Two runs of one to three operations each, and half a run of one more; a loop has no most; a map that has
 * another name at its place is another map; a program that nobody could read may do anything. */
static void map_rates_are_runs_times_uses(void **state)
{
    static const char first[] = "{\"all_runs_per_op\": 2, \"runs_per_op\": 1, \"code\": {\"maps\": ["
                                "{\"index\": 0, \"name\": \"counts\", \"fewest\": 1, \"most\": 3}]}}",
                      second[] = "{\"runs_per_op\": 0.5, \"code\": {\"maps\": ["
                                 "{\"index\": 0, \"name\": \"counts\", \"fewest\": 1, \"most\": 1},"
                                 "{\"index\": 1, \"name\": \"events\", \"fewest\": 1, \"most\": null}]}}",
                      other[] = "{\"runs_per_op\": 0.5, \"code\": {\"maps\": ["
                                "{\"index\": 1, \"name\": \"counts\", \"fewest\": 1, \"most\": 1}]}}",
                      dark[] = "{\"runs_per_op\": 0.5, \"code\": null}",
                      idle[] = "{\"runs_per_op\": 0, \"code\": null}";
    OWNED_JSON json_t *both = target_with(first, second), *moved = target_with(first, other),
                      *unread = target_with(first, dark), *unrun = target_with(first, idle);

    (void)state;
    assert_close(document_number(both, "maps.0.operations_per_op.fewest"), 2.5, 1e-12);
    assert_close(document_number(both, "maps.0.operations_per_op.most"), 6.5, 1e-12);
    assert_close(document_number(both, "maps.1.operations_per_op.fewest"), 0.5, 1e-12);
    assert_null(document_at(both, "maps.1.operations_per_op.most"));
    assert_close(document_number(moved, "maps.0.operations_per_op.most"), 6, 1e-12);
    assert_null(document_at(moved, "maps.1.operations_per_op"));
    assert_null(document_at(unread, "maps.0.operations_per_op"));
    assert_close(document_number(unrun, "maps.0.operations_per_op.most"), 6, 1e-12);
}

/* One whose processes wait for a CPU for this share of their windows; below 0: the kernel does not say. */
static json_t *waiting(double share)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, NULL, 10, 1.0, 0.005);
    for (size_t i = 0; share >= 0 && i < trial.count; i++)
        if (trial.blocks[i].arm == 'B')
            set(&trial.blocks[i], "target.waited_ns",
                share * values_or_nan(&trial.blocks[i].values, "sampler.window_ns"));
    return compose(&trial);
}

static void a_target_that_gets_no_cpu_is_named(void **state)
{
    OWNED_JSON json_t *starved = waiting(0.97), *busy = waiting(0.3), *unknown = waiting(-1);

    (void)state;
    assert_non_null(strstr(warning(starved, "target_starved"), "waited for a CPU 97 % of the time"));
    assert_null(warning(busy, "target_starved"));
    assert_null(warning(unknown, "target_starved"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_that_run_are_counted_per_operation),
        cmocka_unit_test(runs_have_owners),
        cmocka_unit_test(turns_tell_how_well_a_run_is_known),
        cmocka_unit_test(a_target_that_never_fired_was_not_tested),
        cmocka_unit_test(rare_runs_count_where_they_stand_out),
        cmocka_unit_test(a_busy_background_leaves_it_unclear),
        cmocka_unit_test(phases_of_different_length_are_compared_per_time),
        cmocka_unit_test(counts_that_are_missing_leave_it_unclear),
        cmocka_unit_test(traffic_that_cannot_be_paused_has_all_runs),
        cmocka_unit_test(without_the_phase_the_warning_says_so),
        cmocka_unit_test(a_sham_may_never_fire),
        cmocka_unit_test(a_program_that_did_not_run_is_named),
        cmocka_unit_test(a_target_that_loses_events_is_cheaper_than_it_looks),
        cmocka_unit_test(a_probe_whose_operations_fail_is_cheaper_than_it_looks),
        cmocka_unit_test(map_rates_are_runs_times_uses),
        cmocka_unit_test(a_target_that_had_to_be_killed_is_named),
        cmocka_unit_test(a_target_that_gets_no_cpu_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
