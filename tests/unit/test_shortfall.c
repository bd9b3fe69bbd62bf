/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A load that falls short: quads with such a window are lost with the target off and kept with it on. Runs
 * whose effect is exactly at the budget, so that any FAIL is wrong, on a machine that makes windows fall
 * short in both arms alike; and runs in which it is the target's doing, which have to FAIL.
 */
#include "base/cleanup.h"
#include "orchestrator/shortfall.h"
#include "tests/unit/simulation.h"
#include "tests/unit/trials.h"

#define TRIALS (5000 / TRIALS_DIVIDED)
#define BUDGET 0.05
#define DEARER 0.20 /* a window that fell short, on the log scale */
#define SIGMA  0.02

struct causes {
    double machine, target; /* chance of a window to fall short because of it */
    double effect;          /* of the target */
    double dearer[2];       /* a window that fell short, on the log scale: because of machine, target */
    enum verdict verdict;   /* whose share is counted */
};

struct run {
    double worse[SIMULATED_QUADS];
    bool fell_short[SIMULATED_QUADS];
    unsigned off[SIMULATED_QUADS];
};

/* A quad that is not lost: its contrast. */
static bool simulate_quad(struct random *random, const struct causes *causes, double *worse, bool *on)
{
    const char *order = random_coin(random) ? "ABBA" : "BAAB";

    *worse = 0;
    *on = false;
    for (unsigned i = 0; i < 4; i++) {
        bool is_on = order[i] == 'B', machine = random_uniform(random) < causes->machine,
             target = is_on && random_uniform(random) < causes->target;

        if (machine && !is_on)
            return false;
        *on |= machine || target;
        *worse += (is_on ? 0.5 : -0.5) * (SIGMA * random_normal(random) + causes->dearer[0] * machine +
                                          causes->dearer[1] * target + causes->effect * is_on);
    }
    return true;
}

static void simulate(struct random *random, const struct causes *causes, struct run *run)
{
    unsigned off = 0;

    for (unsigned q = 0; q < SIMULATED_QUADS; q++) {
        while (!simulate_quad(random, causes, &run->worse[q], &run->fell_short[q]))
            off++;
        run->off[q] = off;
    }
}

/* Is that verdict reached, by the rule or by whatever was kept? */
static bool reaches(const struct analysis_design *design, struct run *run, enum verdict wanted, bool ruled)
{
    const struct series series = {
        .worse = run->worse, .fell_short = run->fell_short, .fell_short_off = run->off};

    for (unsigned look = 0; look < design->looks.count; look++) {
        const struct metric_result result = {.look = look, .n = design->looks.quads[look]};
        struct interval shown;
        enum verdict verdict = verdict_at_look(run->worse, result.n, &design->looks, look, 1, BUDGET, &shown);

        if (verdict == VERDICT_OPEN ||
            (ruled && !shortfall_stands(design, &series, &result, verdict, BUDGET)))
            continue;
        return verdict == wanted;
    }
    return false;
}

/* Shares of runs with the verdict: without the rule, with it. */
static void count_verdicts(struct causes causes, double share[2])
{
    struct analysis_design design = {.look_kind = LOOKS_DEFAULT};
    struct random random;
    struct run run;

    random_seed(&random, 7);
    share[0] = share[1] = 0;
    assert_int_equal(look_plan_make(&design.looks, LOOKS_DEFAULT, 0), 0);
    for (unsigned i = 0; i < TRIALS; i++) {
        simulate(&random, &causes, &run);
        for (unsigned ruled = 0; ruled < 2; ruled++)
            share[ruled] += (double)reaches(&design, &run, causes.verdict, ruled) / TRIALS;
    }
    printf("# short by the machine %.0f %%, by the target %.0f %%, effect %.0f %%: %s %.2f %%, by the rule "
           "%.2f %%\n",
           100 * causes.machine, 100 * causes.target, 100 * causes.effect, verdict_name(causes.verdict),
           100 * share[0], 100 * share[1]);
}

/* Exactly at the budget either verdict is wrong, whatever the target makes fall short as well. */
static void test_machines_doing(void **state)
{
    static const double chances[] = {0, 0.01, 0.03, 0.08}, targets[] = {0, 0.3, 1};
    double limit = 0.025 + SHORTFALL_LEVEL + 3 * sqrt(0.025 * 0.975 / TRIALS), share[2];

    (void)state;
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned t = 0; t < ARRAY_SIZE(targets); t++) {
            for (unsigned i = 0; i < ARRAY_SIZE(chances); i++) {
                count_verdicts((struct causes){.machine = chances[i],
                                               .target = targets[t],
                                               .effect = BUDGET,
                                               .dearer = {pass ? -DEARER : DEARER, 0},
                                               .verdict = pass ? VERDICT_PASS : VERDICT_FAIL},
                               share);
                assert_true(share[1] <= limit);
            }
            assert_true(share[0] > limit); /* or there was nothing to mend */
        }
}

static void test_targets_doing(void **state)
{
    static const struct causes causes[] = {
        {.target = 0.9, .effect = 0},
        {.target = 0.5, .effect = 0.03},
        {.target = 0.5, .machine = 0.02, .effect = 0.03},
        {.machine = 0.03, .effect = 0.10},
        {.target = 1, .effect = -0.20, .verdict = VERDICT_PASS},
        {.machine = 0.03, .effect = 0, .verdict = VERDICT_PASS},
    };
    double share[2];

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(causes); i++) {
        struct causes of = causes[i];

        of.dearer[0] = of.dearer[1] = DEARER;
        of.verdict = of.verdict ? of.verdict : VERDICT_FAIL;
        count_verdicts(of, share);
        assert_true(share[1] > 0.9);
    }
}

static void test_whose_doing(void **state)
{
    (void)state;
    assert_false(shortfalls_are_targets(0, 10, 0));
    assert_false(shortfalls_are_targets(5, 10, 0)); /* 1.6 % */
    assert_true(shortfalls_are_targets(8, 10, 0));
    assert_true(shortfalls_are_targets(10, 10, 2)); /* 0.01 % */
    assert_false(shortfalls_are_targets(5, 10, 2));
    assert_true(shortfalls_are_targets(16, 16, 4));
    assert_false(shortfalls_are_targets(20, 32, 20));
}

/* `count` quads lost with the target off. */
static void add_lost(struct trial *trial, unsigned count)
{
    static const double ns[] = {BASE_NS, BASE_NS, BASE_NS, BASE_NS};

    for (unsigned i = 0; i < count; i++) {
        add_quad(trial, "ABBA", ns, NULL, "the load did not reach its rate");
        set(&trial->blocks[trial->count - 1], SHORTFALL_VALUE, 1);
    }
}

/* Ten quads 10 % dearer on a budget of 5 %, `short_on` of them short with the target on, and 20 % dearer. */
static enum verdict verdict_of_trial(unsigned short_on, unsigned lost, bool *warned)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    json_t *warnings = json_array();
    enum verdict verdict;

    begin_trial(&trial, 10, "latency.mean", "latency.mean=5%");
    add_lost(&trial, lost);
    add_quads(&trial, 10 - short_on, 1.10, 0.01);
    for (unsigned i = 0; i < short_on; i++) {
        add_quads(&trial, 1, 1.20, 0.01);
        set(&trial.blocks[trial.count - 2], SHORTFALL_VALUE, 1);
    }
    analyse(&analysis, &trial);
    shortfall_warn(warnings, &analysis);
    verdict = result_of(&analysis, "latency.mean")->verdict;
    *warned = json_array_size(warnings) == 1;
    assert_true(isnan(result_of(&analysis, "latency.mean")->needed_quads));
    json_decref(warnings);
    return verdict;
}

/* Eight quads are the fewest that give an interval at the first look. */
static void test_trials(void **state)
{
    static const struct {
        unsigned on, lost;
        enum verdict verdict;
        bool warned;
    } expected[] = {
        {0, 0, VERDICT_FAIL, false}, {2, 2, VERDICT_FAIL, true},          {3, 2, VERDICT_INCONCLUSIVE, true},
        {9, 0, VERDICT_FAIL, false}, {10, 2, VERDICT_INCONCLUSIVE, true}, {10, 0, VERDICT_FAIL, false},
    };
    bool warned;

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(expected); i++) {
        assert_int_equal(verdict_of_trial(expected[i].on, expected[i].lost, &warned), expected[i].verdict);
        assert_int_equal(warned, expected[i].warned);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whose_doing),
        cmocka_unit_test(test_trials),
        cmocka_unit_test(test_machines_doing),
        cmocka_unit_test(test_targets_doing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
