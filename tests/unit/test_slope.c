/* SPDX-License-Identifier: GPL-2.0 */
/* The slope on a mock machine whose costs are known. */
#include "tests/unit/unit.h"
#include "orchestrator/micro/slope.h"

#include <errno.h>
#include <math.h>
#include <string.h>

struct machine {
    double run_ns, round_ns, op_ns; /* a run, a round of the loop, an operation */
    double bend;                    /* extra ns per operation squared: not proportional */
    double noise;                   /* of a run, ns */
    double spike_every, spike_ns;
    unsigned runs, most_rounds;
    int fails_with;
    uint64_t random;
};

static double uniform(struct machine *machine)
{
    machine->random = machine->random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(machine->random >> 11) / 9007199254740992.0;
}

static int run(void *context, bool bare, unsigned rounds, double *ns)
{
    struct machine *machine = context;

    machine->runs++;
    if (rounds > machine->most_rounds)
        machine->most_rounds = rounds;
    *ns = machine->run_ns + rounds * machine->round_ns + machine->noise * (uniform(machine) - 0.5);
    if (!bare)
        *ns += rounds * machine->op_ns + machine->bend * rounds * rounds;
    if (machine->spike_every > 0 && uniform(machine) < 1 / machine->spike_every)
        *ns += machine->spike_ns;
    return machine->fails_with;
}

static struct micro_result measure(struct machine *machine, unsigned rounds_max, unsigned per_round,
                                   int *code)
{
    struct interrupt interrupt = {.signal_fd = -1};
    struct micro_setting setting = {.interrupt = &interrupt, .repetitions = 15};
    struct slope_source source = {
        .run = run, .context = machine, .rounds_max = rounds_max, .per_round = per_round};
    struct micro_result result = {0};

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
    assert_true(fabs(micro_median(&result) - 12.5) < 0.2);
    assert_int_equal(result.count, 15);
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
    assert_true(fabs(micro_median(&result) - 2) < 0.01);
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
    assert_true(fabs(micro_median(&result) - 30) < 0.5);
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
        cmocka_unit_test(test_known_cost),
        cmocka_unit_test(test_per_round),
        cmocka_unit_test(test_spikes_do_not_count),
        cmocka_unit_test(test_not_proportional),
        cmocka_unit_test(test_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
