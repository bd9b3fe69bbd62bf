/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Workload observe on traffic that changes by itself: day curves whose rate doubles within minutes, replayed
 * on the mock clock through the experiment loop as it is, with its own order, waits and times to attach. What
 * a packet costs falls with the rate (part of the machine's work is there at any rate), and wanders. A/A runs
 * must not be wrong more often than docs/method.md allows, and 5 % must be found.
 *
 * That the curves are hard is shown by the same series measured off first and then on: effects that are not
 * there.
 */
#include "tests/unit/mock_machine.h"
#include "tests/unit/simulation.h"

#include "orchestrator/stats/verdict.h"

#include <math.h>

#define TRIALS  (600 / TRIALS_DIVIDED)
#define BUDGET  0.05
#define PERIOD  600.0 /* s, of a day that is made short */
#define DOUBLED 0.6931471805599453

enum curve { CURVE_RAMP, CURVE_DAY, CURVE_STEPS, CURVES };

struct day {
    struct mock mock; /* first: the mock's own functions take it */
    enum curve curve;
    double phase, effect;
    double wander; /* of the cost, carried over from block to block */
    uint64_t next_step_ns;
    double level; /* log of the rate, of the curve of steps */
    struct random *random;
    double y[4 * SIMULATED_QUADS];
    char arms[4 * SIMULATED_QUADS + 1];
    unsigned count;
};

/* Traffic that doubles or halves at once, every half a minute or so. */
static double steps(struct day *day)
{
    while (day->mock.now_ns >= day->next_step_ns) {
        day->level = day->level > 0 ? 0 : DOUBLED;
        day->next_step_ns += (uint64_t)(-30e9 * log(1 - random_uniform(day->random)));
    }
    return day->level;
}

/* Packets per second. */
static double rate(struct day *day)
{
    double t = (double)day->mock.now_ns / 1e9;

    if (day->curve == CURVE_RAMP) /* doubles in three minutes, and goes on */
        return 20000 * exp(DOUBLED * t / 180);
    if (day->curve == CURVE_DAY) /* from trough to peak, twice as much, in five */
        return 20000 * exp(DOUBLED / 2 * sin(2 * M_PI * (t / PERIOD + day->phase)));
    return 20000 * exp(steps(day));
}

/* A third of the work at the lowest rate is there without any packet. */
static double log_cost(struct day *day, bool with_target)
{
    double packets = rate(day), cost = 5000 + 50e6 / packets;

    day->wander = 0.7 * day->wander + 0.02 * random_normal(day->random);
    cost *= exp(day->wander + 0.01 * noise_draw(day->random, NOISE_SPIKES));
    return log(cost) + (with_target ? day->effect : 0);
}

static int day_window(void *context, uint64_t window_ns, struct block *block, struct window_result *result,
                      struct error *error)
{
    struct day *day = context;

    (void)result;
    (void)error;
    day->mock.now_ns += window_ns / 2; /* the middle of the window stands for it */
    if (day->mock.windows++ >= 1 && day->count < 4 * SIMULATED_QUADS) { /* the first is the rehearsal's */
        day->y[day->count] = log_cost(day, block->arm == 'B');
        day->arms[day->count++] = block->arm;
    }
    day->mock.now_ns += window_ns - window_ns / 2;
    block->window_ns = window_ns;
    return values_set(&block->values, "ops", 1000);
}

static void begin(struct day *day, struct random *random, enum curve curve, double effect)
{
    *day = (struct day){.mock = mock_new(),
                        .curve = curve,
                        .effect = effect,
                        .phase = random_uniform(random),
                        .random = random};
    day->mock.attach_ns = 300 * NS_PER_MS;
}

static void run_experiment(struct day *day, uint64_t seed)
{
    struct machine_ops ops = mock_ops;
    struct experiment_plan plan = plan_of(&day->mock);
    struct trial trial = {0};

    ops.window = day_window;
    plan.seed = seed;
    plan.window_ns = NS_PER_SECOND;
    plan.steady_ns = 0;
    plan.statistics = plan.emergency_stop = false;
    assert_int_equal(experiment_run(&plan, &ops, day, &trial, NULL), 0);
    trial_free(&trial);
    assert_int_equal(day->count, 4 * SIMULATED_QUADS);
}

/* The order that comes to mind: some minutes off, then as long on. */
static void run_in_fixed_order(struct day *day)
{
    struct block block = {0};
    struct window_result result;

    day->mock.windows = 1;
    for (unsigned i = 0; i < 4 * SIMULATED_QUADS; i++) {
        block.arm = i < 2 * SIMULATED_QUADS ? 'A' : 'B';
        day_window(day, NS_PER_SECOND, &block, &result, NULL);
        block_free(&block);
    }
}

struct tally {
    unsigned fail, pass, covered, found;
};

static void judge(const struct day *day, const double *worse, struct tally *tally)
{
    struct verdict_state state = VERDICT_START;
    struct interval shown = {0};
    struct look_plan plan;

    assert_int_equal(look_plan_make(&plan, LOOKS_DEFAULT, 0), 0);
    for (unsigned look = 0; look < plan.count && state.verdict == VERDICT_OPEN; look++)
        verdict_advance(&state, verdict_at_look(worse, plan.quads[look], &plan, look, 1, BUDGET, &shown),
                        look, look + 1 == plan.count);
    tally->fail += state.verdict == VERDICT_FAIL;
    tally->pass += state.verdict == VERDICT_PASS;
    tally->covered += shown.low <= day->effect && day->effect <= shown.high;
    verdict_at_look(worse, plan.quads[plan.count - 1], &plan, plan.count - 1, 1, BUDGET, &shown);
    tally->found += shown.low > 0 || shown.high < 0;
}

static struct tally experiments(enum curve curve, double effect)
{
    struct tally tally = {0};
    struct random random;

    random_seed(&random, 2610 + curve);
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        double raw[SIMULATED_QUADS], adjusted[SIMULATED_QUADS];
        struct adjust_output output = {.raw = raw, .adjusted = adjusted};
        struct day day;

        begin(&day, &random, curve, effect);
        run_experiment(&day, 1000 + trial);
        assert_int_equal(
            adjust_contrasts(&(struct adjust_input){.quads = SIMULATED_QUADS, .y = day.y, .arms = day.arms},
                             &output),
            0);
        judge(&day, raw, &tally);
    }
    print_message("curve %u effect %.3f: fail %.4f pass %.4f covered %.4f found %.4f\n", curve, effect,
                  (double)tally.fail / TRIALS, (double)tally.pass / TRIALS, (double)tally.covered / TRIALS,
                  (double)tally.found / TRIALS);
    return tally;
}

static double three_errors(double share)
{
    return 3 * sqrt(share * (1 - share) / TRIALS);
}

/* Nothing is there: not a FAIL more often than 2.5 %, and the interval holds 0. */
static void an_aa_run_stays_within_its_rates(void **state)
{
    (void)state;
    for (unsigned curve = 0; curve < CURVES; curve++) {
        struct tally tally = experiments(curve, 0);

        assert_true((double)tally.fail / TRIALS <= 0.025 + three_errors(0.025));
        assert_true((double)tally.covered / TRIALS >= 0.95 - three_errors(0.95));
        assert_true((double)tally.found / TRIALS <= 0.05 + three_errors(0.05));
    }
}

/* 5 % more, at a budget of 5 %: found, and neither PASS nor FAIL more often than allowed. */
static void five_percent_are_found(void **state)
{
    (void)state;
    for (unsigned curve = 0; curve < CURVES; curve++) {
        struct tally tally = experiments(curve, BUDGET);

        assert_true((double)tally.fail / TRIALS <= 0.025 + three_errors(0.025));
        assert_true((double)tally.pass / TRIALS <= 0.025 + three_errors(0.025));
        assert_true((double)tally.covered / TRIALS >= 0.95 - three_errors(0.95));
        assert_true((double)tally.found / TRIALS >= 0.95);
    }
}

/* Off first and on later: what a packet costs has changed meanwhile, and the target gets the blame. */
static void a_fixed_order_sees_what_is_not_there(void **state)
{
    unsigned seen = 0;
    struct random random;

    (void)state;
    random_seed(&random, 5);
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        double contrasts[SIMULATED_QUADS];
        struct tally tally = {0};
        struct day day;

        begin(&day, &random, CURVE_DAY, 0);
        run_in_fixed_order(&day);
        for (unsigned q = 0; q < SIMULATED_QUADS; q++)
            contrasts[q] = day.y[2 * SIMULATED_QUADS + q] - day.y[q];
        judge(&day, contrasts, &tally);
        seen += tally.found;
    }
    print_message("fixed order: found %.4f\n", (double)seen / TRIALS);
    assert_true((double)seen / TRIALS > 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_aa_run_stays_within_its_rates),
        cmocka_unit_test(five_percent_are_found),
        cmocka_unit_test(a_fixed_order_sees_what_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
