/* SPDX-License-Identifier: GPL-2.0 */
/* The slope on a mock machine whose costs are known. */
#include "tests/unit/unit.h"
#include "orchestrator/micro/slope.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define LOADS 3

struct machine {
    double run_ns, round_ns, op_ns; /* a run, a round of the loop, an operation */
    double bend;                    /* extra ns per operation squared: not proportional */
    double noise;                   /* of a run, ns */
    double placement_ns;            /* an operation costs this less, 0, and this more in the three loads */
    double spike_every, spike_ns;
    unsigned runs, runs_of[LOADS], most_rounds;
    int fails_with;
    uint64_t random;
};

static double uniform(struct machine *machine)
{
    machine->random = machine->random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(machine->random >> 11) / 9007199254740992.0;
}

static int run(void *context, unsigned load, bool bare, unsigned rounds, double *ns)
{
    struct machine *machine = context;

    machine->runs++;
    if (rounds > machine->most_rounds)
        machine->most_rounds = rounds;
    if (load >= LOADS)
        return -EINVAL;
    machine->runs_of[load]++;
    *ns = machine->run_ns + rounds * machine->round_ns + machine->noise * (uniform(machine) - 0.5);
    if (!bare)
        *ns += rounds * (machine->op_ns + machine->placement_ns * (load - 1.0)) +
               machine->bend * rounds * rounds;
    if (machine->spike_every > 0 && uniform(machine) < 1 / machine->spike_every)
        *ns += machine->spike_ns;
    return machine->fails_with;
}

static struct micro_result measure(struct machine *machine, unsigned rounds_max, unsigned per_round,
                                   int *code)
{
    struct interrupt interrupt = {.signal_fd = -1};
    struct micro_setting setting = {.interrupt = &interrupt, .repetitions = 15, .loads = LOADS};
    struct slope_source source = {
        .run = run, .context = machine, .loads = LOADS, .rounds_max = rounds_max, .per_round = per_round};
    struct micro_result result = {.cost = interval_unknown()};

    machine->random = 7;
    *code = slope_measure(&source, &setting, &result);
    return result;
}

static void release(struct micro_result *result)
{
    json_decref(result->detail);
}

static void test_known_cost(void **state)
{
    struct machine machine = {.run_ns = 2000, .round_ns = 1.5, .op_ns = 12.5, .noise = 20};
    int code;
    struct micro_result result = measure(&machine, 2048, 1, &code);

    (void)state;
    assert_int_equal(code, 0);
    assert_int_equal(result.status, ROW_MEASURED);
    assert_true(result.cost.low <= 12.5 && 12.5 <= result.cost.high);
    assert_true(fabs(result.cost.estimate - 12.5) < 0.2);
    assert_int_equal(result.repetitions, 15);
    assert_true(machine.most_rounds <= 2048);
    release(&result);
}

static void test_per_round(void **state)
{
    struct machine machine = {.run_ns = 500, .round_ns = 1, .op_ns = 64};
    int code;
    struct micro_result result = measure(&machine, 2048, 32, &code);

    (void)state;
    assert_int_equal(code, 0);
    assert_true(fabs(result.cost.estimate - 2) < 0.01);
    release(&result);
}

/* Each load has its repetitions, and what loads differ by is in the interval. */
static void test_loads_differ(void **state)
{
    struct machine machine = {.run_ns = 2000, .round_ns = 1, .op_ns = 40, .placement_ns = 2, .noise = 20};
    int code;
    struct micro_result result = measure(&machine, 1024, 1, &code);

    (void)state;
    assert_int_equal(code, 0);
    assert_int_equal(result.status, ROW_MEASURED);
    assert_true(fabs(result.cost.estimate - 40) < 0.2);
    assert_true(result.loads_differ);
    assert_true(fabs(json_real_value(json_object_get(result.detail, "loads_sd_ns")) - 2) < 0.2);
    /* Student's t, 2 degrees of freedom: 4.303 times 2 by the root of 3 */
    assert_true(fabs((result.cost.high - result.cost.low) / 2 - 4.97) < 0.5);
    assert_true(machine.runs_of[1] == machine.runs_of[2] && machine.runs_of[0] > machine.runs_of[1]);
    assert_int_equal(json_integer_value(json_object_get(result.detail, "loads")), LOADS);
    release(&result);
}

/* So far apart that no figure stands for all of them. */
static void test_loads_differ_too_much(void **state)
{
    struct machine machine = {.run_ns = 2000, .round_ns = 1, .op_ns = 40, .placement_ns = 20};
    int code;
    struct micro_result result = measure(&machine, 1024, 1, &code);

    (void)state;
    assert_int_equal(code, 0);
    assert_int_equal(result.status, ROW_UNTRUSTWORTHY);
    assert_non_null(strstr(result.reason, "loads of the program differ"));
    release(&result);
}

static void test_spikes_do_not_count(void **state)
{
    struct machine machine = {
        .run_ns = 2000, .round_ns = 1, .op_ns = 30, .noise = 20, .spike_every = 10, .spike_ns = 1e6};
    int code;
    struct micro_result result = measure(&machine, 1024, 1, &code);

    (void)state;
    assert_int_equal(code, 0);
    assert_true(fabs(result.cost.estimate - 30) < 0.5);
    release(&result);
}

static void test_not_proportional(void **state)
{
    struct machine machine = {.run_ns = 2000, .round_ns = 1, .op_ns = 5, .bend = 2};
    int code;
    struct micro_result result = measure(&machine, 512, 1, &code);

    (void)state;
    assert_int_equal(code, 0);
    assert_int_equal(result.status, ROW_UNTRUSTWORTHY);
    assert_non_null(strstr(result.reason, "times the time"));
    release(&result);
}

static void test_too_noisy(void **state)
{
    struct machine machine = {.run_ns = 2000, .round_ns = 1, .op_ns = 3, .noise = 50000};
    int code;
    struct micro_result result = measure(&machine, 64, 1, &code);

    (void)state;
    assert_int_equal(code, 0);
    assert_int_equal(result.status, ROW_UNTRUSTWORTHY);
    release(&result);
}

static void test_failure(void **state)
{
    struct machine machine = {.run_ns = 2000, .fails_with = -EIO};
    int code;
    struct micro_result result = measure(&machine, 64, 1, &code);

    (void)state;
    assert_int_equal(code, -EIO);
    assert_int_equal(machine.runs, 1);
    release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_cost),          cmocka_unit_test(test_per_round),
        cmocka_unit_test(test_loads_differ),        cmocka_unit_test(test_loads_differ_too_much),
        cmocka_unit_test(test_spikes_do_not_count), cmocka_unit_test(test_not_proportional),
        cmocka_unit_test(test_too_noisy),           cmocka_unit_test(test_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
