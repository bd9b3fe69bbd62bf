/* SPDX-License-Identifier: GPL-2.0 */
/* What the analysis says while a run goes on: stop at this look, stop at once, or go on. */
#include "tests/unit/trials.h"

#include "orchestrator/experiment.h"

static void design_of(struct analysis_design *design, const struct trial *trial)
{
    struct error error = {0};

    if (analysis_design_read(design, trial->header, &error))
        fail_msg("%s", error.message);
}

static struct judgement judge(const struct trial *trial)
{
    struct judgement judgement = {0};
    struct analysis_design design;

    design_of(&design, trial);
    assert_int_equal(analysis_judge(&design, trial, 0, &judgement), 0);
    return judgement;
}

static void a_broken_budget_stops_the_run(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct judgement judgement;

    (void)state;
    begin_trial(&trial, 32, "latency.mean", "latency.mean=5%");
    add_quads(&trial, 10, 1.10, 0.005);
    judgement = judge(&trial);
    assert_true(judgement.stop && judgement.failed);
    assert_string_equal(judgement.reason, "verdict");
}

static void one_of_two_held_budgets_goes_on(void **state)
{
    static const char *const budgets[] = {"throughput=50%", "latency.mean=5%", NULL};
    CLEANUP(trial_free) struct trial trial = {0};

    (void)state;
    assert_int_equal(trial_begin(&trial, header_of(32, "latency.mean", budgets)), 0);
    add_quads(&trial, 10, 1.04, 0.1); /* the second can't be told */
    assert_false(judge(&trial).stop);
}

static void both_held_stop_the_run(void **state)
{
    static const char *const budgets[] = {"throughput=50%", "latency.mean=50%", NULL};
    CLEANUP(trial_free) struct trial trial = {0};
    struct judgement judgement;

    (void)state;
    assert_int_equal(trial_begin(&trial, header_of(32, "latency.mean", budgets)), 0);
    add_quads(&trial, 10, 1.04, 0.1);
    judgement = judge(&trial);
    assert_true(judgement.stop);
    assert_false(judgement.failed);
}

/* One broken budget decides, whatever is still open and in whatever order they were given. */
static void one_broken_of_two_stops_the_run(void **state)
{
    static const char *const budgets[2][3] = {{"latency.mean=5%", "cpu.system=1cores", NULL},
                                              {"cpu.system=1cores", "latency.mean=5%", NULL}};

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        struct judgement judgement;

        assert_int_equal(trial_begin(&trial, header_of(32, "latency.mean", budgets[i])), 0);
        add_quads(&trial, 10, 1.2, 0.005);
        judgement = judge(&trial);
        assert_true(judgement.stop && judgement.failed);
    }
}

/* Jitter j gives a half width of at most 0.9 j; the header asks for 1 %. */
static void without_a_budget_precision_stops_the_run(void **state)
{
    static const double jitters[] = {0.005, 0.05};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(jitters); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        struct judgement judgement;

        begin_trial(&trial, 32, "latency.mean", NULL);
        add_quads(&trial, 10, 1.10, jitters[i]);
        judgement = judge(&trial);
        assert_int_equal(judgement.stop, i == 0);
        assert_false(judgement.failed);
        if (judgement.stop)
            assert_string_equal(judgement.reason, "precision");
    }
}

static void precision_is_no_end_with_a_budget(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};

    (void)state;
    begin_trial(&trial, 32, "latency.mean", "latency.mean=10%"); /* right on it, and very precise */
    add_quads(&trial, 10, 1.10, 0.001);
    assert_false(judge(&trial).stop);
}

static bool emergency(const char *primary, const char *budget, const double *ratios, unsigned quads)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct analysis_design design;

    begin_trial(&trial, 32, primary, budget);
    for (unsigned quad = 0; quad < quads; quad++) {
        const double ns[4] = {BASE_NS, BASE_NS * ratios[2 * quad], BASE_NS * ratios[2 * quad + 1], BASE_NS};

        add_quad(&trial, "ABBA", ns, NULL, NULL);
    }
    for (size_t i = 0; i < trial.count; i++)
        set(&trial.blocks[i], "net.server.rx_packets", 1000);
    design_of(&design, &trial);
    return analysis_emergency(&design, &trial);
}

static void five_times_worse_in_both_first_quads_is_an_emergency(void **state)
{
    static const double all[] = {5.1, 6, 8, 100}, not_one[] = {5.1, 6, 4.9, 100};

    (void)state;
    assert_true(emergency("latency.mean", "latency.mean=5%", all, 2));
    assert_false(emergency("latency.mean", "latency.mean=5%", not_one, 2)); /* every B of both */
    assert_false(emergency("latency.mean", "latency.mean=5%", all, 1));     /* two quads, not one */
    assert_true(emergency("throughput", "latency.mean=5%", all, 2));        /* a fifth of the rate */
    assert_true(emergency("latency.mean", "throughput=50%", all, 2));
}

static void what_the_budget_allows_is_no_emergency(void **state)
{
    static const double all[] = {5.1, 6, 8, 100};

    (void)state;
    assert_false(emergency("latency.mean", NULL, all, 2));
    assert_true(emergency("latency.mean", "latency.mean=399%", all, 2));
    assert_false(emergency("latency.mean", "latency.mean=400%", all, 2)); /* five times is allowed */
}

/* A rate may fall by 90 % under this budget: that is ten times, so five times is no emergency. */
static void a_rate_that_may_fall_far_is_no_emergency(void **state)
{
    static const double all[] = {5.1, 6, 8, 9};

    (void)state;
    assert_true(emergency("throughput", "throughput=79%", all, 2));
    assert_false(emergency("throughput", "throughput=90%", all, 2));
}

static void a_better_target_is_no_emergency(void **state)
{
    static const double all[] = {0.1, 0.1, 0.1, 0.1};

    (void)state;
    assert_false(emergency("latency.mean", "latency.mean=5%", all, 2));
    assert_false(emergency("throughput", "latency.mean=5%", all, 2));
}

/* Five times slower, and the budget is on what stays as it was. */
static void a_metric_without_a_budget_is_no_emergency(void **state)
{
    static const double all[] = {5.1, 6, 8, 100};

    (void)state;
    assert_false(emergency("latency.mean", "pps=5%", all, 2));
}

static void an_unknown_figure_is_no_emergency(void **state)
{
    static const double all[] = {10, 10, 10, 10};

    (void)state;
    assert_false(emergency("latency.mean", "bandwidth=5%", all, 2));
}

/* The last quad's first block with the target on has done something, and says not how long it took. */
static void lose_figure(struct trial *trial)
{
    size_t i = trial->count - 4;

    while (trial->blocks[i].arm != 'B')
        i++;
    free(trial->blocks[i].latency);
    trial->blocks[i].latency = NULL;
}

static void a_block_without_the_figure_takes_no_verdict_back(void **state)
{
    static const struct {
        double ratio, jitter;
        enum verdict verdict;
    } rows[] = {{1.10, 0.005, VERDICT_FAIL}, {1.0, 0.005, VERDICT_PASS}, {1.04, 0.1, VERDICT_INCONCLUSIVE}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        CLEANUP(analysis_free) struct analysis analysis = {0};
        bool reached = rows[i].verdict != VERDICT_INCONCLUSIVE;
        const struct metric_result *result;

        begin_trial(&trial, 32, "latency.mean", "latency.mean=5%");
        add_quads(&trial, 12, rows[i].ratio, rows[i].jitter);
        lose_figure(&trial);
        add_quads(&trial, 20, rows[i].ratio, rows[i].jitter);
        analyse(&analysis, &trial);
        result = result_of(&analysis, "latency.mean");
        assert_int_equal(result->verdict, rows[i].verdict);
        assert_int_equal(result->available, reached);
        assert_int_equal(result->why == NULL, reached);
        assert_int_equal(result->n, reached ? 10 : 0);
        assert_int_equal(result->look, 0);
    }
}

/* Nine quads are no look, and none is added for them. */
static void a_block_without_the_figure_before_a_look_leaves_no_verdict(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    const struct metric_result *result;

    (void)state;
    begin_trial(&trial, 32, "latency.mean", "latency.mean=5%");
    add_quads(&trial, 10, 1.10, 0.005);
    lose_figure(&trial);
    add_quads(&trial, 22, 1.10, 0.005);
    analyse(&analysis, &trial);
    result = result_of(&analysis, "latency.mean");
    assert_false(result->available);
    assert_int_equal(result->verdict, VERDICT_INCONCLUSIVE);
    assert_string_equal(result->why, "not every block could give it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_budget_stops_the_run),
        cmocka_unit_test(one_of_two_held_budgets_goes_on),
        cmocka_unit_test(both_held_stop_the_run),
        cmocka_unit_test(one_broken_of_two_stops_the_run),
        cmocka_unit_test(without_a_budget_precision_stops_the_run),
        cmocka_unit_test(precision_is_no_end_with_a_budget),
        cmocka_unit_test(five_times_worse_in_both_first_quads_is_an_emergency),
        cmocka_unit_test(what_the_budget_allows_is_no_emergency),
        cmocka_unit_test(a_rate_that_may_fall_far_is_no_emergency),
        cmocka_unit_test(a_better_target_is_no_emergency),
        cmocka_unit_test(a_metric_without_a_budget_is_no_emergency),
        cmocka_unit_test(an_unknown_figure_is_no_emergency),
        cmocka_unit_test(a_block_without_the_figure_takes_no_verdict_back),
        cmocka_unit_test(a_block_without_the_figure_before_a_look_leaves_no_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
