/* SPDX-License-Identifier: GPL-2.0 */
/* What the analysis takes of a trial and what it leaves out; a file made by others must never make it crash.
 */
#include "tests/unit/trials.h"

#include "base/random.h"

#include <errno.h>

static void invalid_quads_are_left_out(void **state)
{
    static const double wild[] = {BASE_NS, 50 * BASE_NS, 50 * BASE_NS, BASE_NS};
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    struct block cut;

    (void)state;
    begin_trial(&trial, 32, "latency.mean", "latency.mean=20%");
    add_quad(&trial, "ABBA", wild, NULL, "a clock jump");
    add_quads(&trial, 5, 1.10, 0.005);
    add_quad(&trial, "BAAB", wild, NULL, "missed its rate");
    add_quads(&trial, 5, 1.10, 0.005);
    cut = costing('A', BASE_NS); /* a run that was cut short */
    cut.quad = 99;
    assert_int_equal(trial_add_block(&trial, &cut), 0);
    cut = costing('B', 90 * BASE_NS); /* a bin of the long attachment is no block of a quad */
    cut.phase = PHASE_STEADY;
    assert_int_equal(trial_add_block(&trial, &cut), 0);
    analyse(&analysis, &trial);
    assert_int_equal(analysis.quads, 10);
    assert_int_equal(result_of(&analysis, "latency.mean")->n, 10);
    assert_int_equal(result_of(&analysis, "latency.mean")->verdict, VERDICT_PASS);
    assert_close(result_of(&analysis, "latency.mean")->baseline, BASE_NS, 1);
}

/* Nothing of ours writes such an order; contrasts of it would not be any. */
static void a_quad_in_another_order_is_left_out(void **state)
{
    static const char *const orders[] = {"AABB", "BBAA", "ABAB", "AAAA", "BBBB", "AAAB"};
    static const double ns[] = {BASE_NS, BASE_NS, BASE_NS, BASE_NS};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(orders); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        CLEANUP(analysis_free) struct analysis analysis = {0};

        begin_trial(&trial, 32, "latency.mean", "latency.mean=20%");
        add_quad(&trial, orders[i], ns, NULL, NULL);
        add_quads(&trial, 9, 1.10, 0.005);
        analyse(&analysis, &trial);
        assert_int_equal(analysis.quads, 9);
        assert_int_equal(result_of(&analysis, "latency.mean")->verdict, VERDICT_INCONCLUSIVE);
        assert_true(result_of(&analysis, "latency.mean")->effect.low > 0.08);
    }
}

/* A header that promises few quads, and a file with more than the statistics have room for. */
static void more_quads_than_fit_are_no_zero(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    const struct metric_result *result;

    (void)state;
    begin_trial(&trial, 5, "latency.mean", NULL);
    add_quads(&trial, ESTIMATE_MAX + 2, 1.10, 0.005);
    analyse(&analysis, &trial);
    result = result_of(&analysis, "latency.mean");
    assert_int_equal(result->n, ESTIMATE_MAX);
    assert_close(expm1(result->effect.estimate), 0.10, 1e-3);
    assert_true(result->effect.low > 0.09);
}

static void assert_bad_header(json_t *header, const char *sentence)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    struct error error = {0};

    assert_int_equal(trial_begin(&trial, header), 0);
    add_quads(&trial, 10, 1.10, 0.005);
    assert_int_equal(analysis_make(&analysis, &trial, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    assert_non_null(strstr(error.message, sentence));
}

static json_t *without(const char *key)
{
    json_t *header = header_of(32, "latency.mean", NULL);

    json_object_del(header, key);
    return header;
}

static json_t *with(const char *key, json_t *value)
{
    json_t *header = header_of(32, "latency.mean", NULL);

    json_object_set_new(header, key, value);
    return header;
}

static json_t *with_design(const char *key, json_t *value)
{
    json_t *header = header_of(32, "latency.mean", NULL);

    json_object_set_new(json_object_get(header, "design"), key, value);
    return header;
}

static void a_bad_header_is_an_error(void **state)
{
    static const char *const names[] = {"nonsense", NULL};

    (void)state;
    assert_bad_header(json_object(), "names no design or no primary metric");
    assert_bad_header(without("design"), "names no design or no primary metric");
    assert_bad_header(without("primary_metric"), "names no design or no primary metric");
    assert_bad_header(with("design", json_integer(3)), "names no design or no primary metric");
    assert_bad_header(with("primary_metric", json_null()), "names no design or no primary metric");
    assert_bad_header(with("primary_metric", json_string("latency.p77")), "does not know its primary metric");
    assert_bad_header(with_design("max_quads", json_integer(0)), "number of quads is out of range");
    assert_bad_header(with_design("max_quads", json_integer(-1)), "number of quads is out of range");
    assert_bad_header(with_design("max_quads", json_integer(129)), "number of quads is out of range");
    assert_bad_header(with_design("max_quads", json_string("32")), "number of quads is out of range");
    assert_bad_header(header_of(32, "latency.mean", names), "write METRIC=LIMIT");
    assert_bad_header(with("budgets", json_pack("[i]", 5)), "a budget is no text");
}

static void too_many_budgets_are_an_error(void **state)
{
    json_t *budgets = json_array();

    (void)state;
    for (unsigned i = 0; i <= BUDGETS_MAX; i++)
        json_array_append_new(budgets, json_string("latency.mean=5%"));
    assert_bad_header(with("budgets", budgets), "too many budgets");
}

/* Budgets that can't be read must not turn into none: that would measure where it should judge. */
static void budgets_that_are_no_list_are_an_error(void **state)
{
    (void)state;
    assert_bad_header(with("budgets", json_string("latency.mean=5%")), "its budgets are no list");
    assert_bad_header(with("budgets", json_object()), "its budgets are no list");
    assert_bad_header(without("budgets"), "its budgets are no list");
}

static void an_unknown_design_is_an_error(void **state)
{
    (void)state;
    assert_bad_header(with_design("kind", json_string("sequential")), "does not know its design");
}

/*
 * Quads on a machine whose mood (log-normal, `mood` wide) moves operation and reference alike; with the
 * target on, operations cost `on` times, and the reference `moved` times.
 */
static void add_moody_quads(struct trial *trial, unsigned count, uint64_t seed, double mood, double on,
                            double moved)
{
    struct random random;

    random_seed(&random, seed);
    for (unsigned quad = 0; quad < count; quad++) {
        const char *order = quad % 2 ? "BAAB" : "ABBA";
        double ns[4], references[4];

        for (unsigned i = 0; i < 4; i++) {
            double level = exp(mood * random_normal(&random));

            ns[i] = BASE_NS * level * (order[i] == 'B' ? on : 1) * exp(0.001 * random_normal(&random));
            references[i] = 50 * level * (order[i] == 'B' ? moved : 1);
        }
        add_quad(trial, order, ns, references, NULL);
    }
}

static void analyse_moody(struct trial *trial, struct analysis *analysis, const char *budget, double on,
                          double moved)
{
    begin_trial(trial, 10, "latency.mean", budget);
    /* with other seeds chance moves the reference: three in ten runs are doubtful by design */
    add_moody_quads(trial, 10, 3, 0.05, on, moved);
    analyse(analysis, trial);
    assert_int_equal(analysis->primary.kinds, 1);
    assert_string_equal(analysis->primary.names[0], "chase");
}

static void the_reference_takes_the_machines_mood_off(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    const struct metric_result *result;

    (void)state;
    analyse_moody(&trial, &analysis, "latency.mean=1%", 1.03, 1);
    result = result_of(&analysis, "latency.mean");
    assert_true(result->adjusted && !result->doubtful);
    assert_close(analysis.primary.output.coefficient[0], 1, 0.05);
    assert_close(expm1(result->effect.estimate), 0.03, 0.003);
    assert_true(result->sd < result->raw_sd / 10);
    assert_true(analysis.primary.output.gain > 100);
    assert_int_equal(result->verdict, VERDICT_FAIL);
    assert_true(result->raw.low < 0); /* what the raw contrasts could not have said */
    /* Memory has nothing to do with the machine's speed. */
    assert_false(result_of(&analysis, "cpu.system")->adjusted);
}

/* A PASS is judged alone, however many share a FAIL, and so is its interval: also of one of the doubtful
 * runs. */
static void a_doubtful_pass_has_the_interval_it_was_judged_on(void **state)
{
    unsigned seen = 0;

    (void)state;
    for (uint64_t seed = 1; seed < 40; seed++) {
        CLEANUP(trial_free) struct trial trial = {0};
        CLEANUP(analysis_free) struct analysis analysis = {0};
        const struct metric_result *result;

        begin_trial(&trial, 10, "latency.mean", "latency.mean=10%");
        json_object_set_new(trial.header, "family", json_integer(12));
        add_moody_quads(&trial, 10, seed, 0.05, 1, 1);
        analyse(&analysis, &trial);
        result = result_of(&analysis, "latency.mean");
        if (!result->doubtful || result->verdict != VERDICT_PASS)
            continue;
        seen++;
        assert_close(result->level, look_level(&analysis.design.looks, result->look, 1), 1e-12);
        assert_true(result->effect.high < log(1.10));
    }
    assert_true(seen > 2);
}

static void a_target_that_moves_the_reference_drops_it(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    const struct metric_result *result;

    (void)state;
    analyse_moody(&trial, &analysis, "latency.mean=1%", 1.3, 1.3);
    result = result_of(&analysis, "latency.mean");
    assert_false(result->adjusted);
    assert_true(analysis.primary.output.dropped);
    assert_close(result->effect.estimate, result->raw.estimate, 0);
    assert_close(result->sd, result->raw_sd, 0);
    assert_int_equal(result->verdict, VERDICT_FAIL); /* by the raw contrasts: adjusted ones see nothing */
}

/*
 * A reference that may be moved, by about one standard error: adjusted, the target is 2.5 % cheaper; raw, it
 * costs nothing, give or take 3 %. A PASS at 1 % would owe itself to the adjustment.
 */
static void a_doubtful_reference_needs_the_raw_figures_too(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    const struct metric_result *result;

    (void)state;
    analyse_moody(&trial, &analysis, "latency.mean=1%", 1, 1.025);
    result = result_of(&analysis, "latency.mean");
    assert_true(result->adjusted && result->doubtful);
    assert_close(expm1(result->effect.estimate), -0.025, 0.005);
    assert_true(result->effect.high >= result->raw.high); /* the wider interval is shown */
    assert_true(result->raw.high > log1p(0.01));
    assert_int_equal(result->verdict, VERDICT_INCONCLUSIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_quads_are_left_out),
        cmocka_unit_test(a_quad_in_another_order_is_left_out),
        cmocka_unit_test(more_quads_than_fit_are_no_zero),
        cmocka_unit_test(a_bad_header_is_an_error),
        cmocka_unit_test(too_many_budgets_are_an_error),
        cmocka_unit_test(budgets_that_are_no_list_are_an_error),
        cmocka_unit_test(an_unknown_design_is_an_error),
        cmocka_unit_test(the_reference_takes_the_machines_mood_off),
        cmocka_unit_test(a_doubtful_pass_has_the_interval_it_was_judged_on),
        cmocka_unit_test(a_target_that_moves_the_reference_drops_it),
        cmocka_unit_test(a_doubtful_reference_needs_the_raw_figures_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
