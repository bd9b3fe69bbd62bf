/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/adjust.h"
#include "tests/unit/simulation.h"
#include "tests/unit/unit.h"

#include <errno.h>

struct buffers {
    double raw[ADJUST_QUADS_MAX], adjusted[ADJUST_QUADS_MAX];
};

static struct adjust_output adjust(const struct adjust_input *input, struct buffers *buffers)
{
    struct adjust_output output = {.raw = buffers->raw, .adjusted = buffers->adjusted};

    assert_int_equal(adjust_contrasts(input, &output), 0);
    return output;
}

/*
 * By hand: y = 2 r + 0.1 in B. The first quad's reference is 0, 1, 3, 2 in A B B A: contrast 2 - 1 = 1; the
 * second's 0, 2, 2, 1 in B A A B: 0.5 - 2 = -1.5; the third's 5, 1, 1, 2 in A B B A: 1 - 3.5 = -2.5.
 * Raw: 2.1, -2.9, -4.9. The differences within arms fit exactly (slope 2), so 0.1 is left of each.
 */
static void test_three_quads_by_hand(void **state)
{
    const double r[] = {0, 1, 3, 2, 0, 2, 2, 1, 5, 1, 1, 2};
    const char *arms = "ABBABAABABBA";
    struct adjust_input input = {.quads = 3, .kinds = 1, .r = {r}, .arms = arms};
    struct adjust_output output;
    struct buffers buffers;
    double y[12];

    (void)state;
    for (unsigned i = 0; i < 12; i++)
        y[i] = 2 * r[i] + (arms[i] == 'B' ? 0.1 : 0);
    input.y = y;
    output = adjust(&input, &buffers);
    assert_true(fabs(output.coefficient[0] - 2) < 1e-6);
    assert_true(fabs(buffers.raw[0] - 2.1) < 1e-12 && fabs(buffers.raw[1] + 2.9) < 1e-12);
    for (unsigned q = 0; q < 3; q++)
        assert_true(fabs(buffers.adjusted[q] - 0.1) < 1e-6);
    assert_true(!output.dropped && !output.doubtful && output.gain > 1e6);
    /* Walsh averages of 1, -1.5, -2.5: -2.5, -2, -1.5, -0.75, -0.25, 1; median -1.125. */
    assert_true(fabs(output.reference_effect[0].estimate + 1.125) < 1e-12);
    assert_true(output.reference_effect[0].low == -INFINITY); /* three quads are not sure of anything */
    assert_true(isnan(output.reference_effect[1].estimate));
    assert_string_equal(output.why, "");
}

/*
 * The exactness on which the verdict rests, by enumeration: the blocks of ten quads stay what they are and
 * the coins take all 2^10 patterns. Coefficients never change, adjusted contrasts only their signs, and the
 * intervals (K = 2) miss zero on either side in exactly as many patterns as W <= 2 has: 3 of 1024.
 */
static void test_every_pattern_of_coins(void **state)
{
    struct adjust_output first = {0}, output;
    unsigned above = 0, below = 0;
    struct buffers start, now;
    struct simulated_run run;
    struct random random;

    (void)state;
    random_seed(&random, 21);
    simulate_run(&random, NOISE_SPIKES, 0, 0, &run);
    for (unsigned coins = 0; coins < 1024; coins++) {
        struct adjust_input input = simulated_input(&run, 10);
        double pure[10], taken;
        struct interval interval;

        for (unsigned q = 0; q < 10; q++)
            memcpy(run.arms + 4 * q, coins >> q & 1 ? "BAAB" : "ABBA", 4);
        output = adjust(&input, coins ? &now : &start);
        first = coins ? first : output;
        assert_memory_equal(output.coefficient, first.coefficient, sizeof(output.coefficient));
        for (unsigned q = 0; q < 10; q++) {
            double sign = coins >> q & 1 ? -1 : 1;

            assert_true(output.raw[q] == sign * start.raw[q]);
            taken = output.dropped ? NAN : output.raw[q] - output.adjusted[q];
            assert_true(output.dropped || fabs(output.adjusted[q] - sign * start.adjusted[q]) < 1e-15);
            assert_true(output.dropped || fabs(taken) < 1);
            pure[q] = sign * start.adjusted[q];
        }
        assert_int_equal(hodges_lehmann(pure, 10, 2, &interval), 0);
        above += interval.low > 0;
        below += interval.high < 0;
    }
    assert_false(first.dropped);
    assert_true(above == 3 && below == 3);
}

/* A reference with a hole in it counts for nothing, wherever it stands among the others; nor does one that
 * never moves. */
static void test_unusable_kind_is_left_out(void **state)
{
    struct buffers with, without;
    struct adjust_output output, expected;
    struct simulated_run run;
    struct random random;
    struct adjust_input input;
    double broken[4 * SIMULATED_QUADS] = {[17] = NAN}, still[4 * SIMULATED_QUADS] = {0};

    (void)state;
    random_seed(&random, 22);
    simulate_run(&random, NOISE_NORMAL, 0.02, 0, &run);
    input = simulated_input(&run, 16);
    expected = adjust(&input, &without);
    input.kinds = 3;
    input.r[2] = input.r[1];
    input.r[1] = broken;
    output = adjust(&input, &with);
    assert_true(output.coefficient[0] == expected.coefficient[0] && output.coefficient[1] == 0);
    assert_true(output.coefficient[2] == expected.coefficient[1]);
    assert_true(isnan(output.reference_effect[1].estimate));
    assert_memory_equal(with.adjusted, without.adjusted, 16 * sizeof(double));
    input.r[1] = still;
    output = adjust(&input, &with);
    assert_true(output.coefficient[1] == 0 && isnan(output.reference_effect[1].estimate));
    assert_memory_equal(with.adjusted, without.adjusted, 16 * sizeof(double));
    input.kinds = 1;
    input.r[0] = broken;
    output = adjust(&input, &with);
    assert_true(output.dropped && output.gain == 1);
    assert_string_equal(output.why, "no usable noise reference");
    assert_memory_equal(with.adjusted, with.raw, 16 * sizeof(double));
}

/* A block whose metric is unknown makes its own quad unknown and leaves the others as usable as before. */
static void test_unknown_metric(void **state)
{
    struct adjust_output output;
    struct simulated_run run;
    struct buffers buffers;
    struct random random;
    struct adjust_input input;

    (void)state;
    random_seed(&random, 23);
    simulate_run(&random, NOISE_NORMAL, 0, 0, &run);
    run.y[5] = NAN;
    input = simulated_input(&run, 16);
    output = adjust(&input, &buffers);
    assert_true(isnan(buffers.raw[1]) && isnan(buffers.adjusted[1]));
    assert_true(isfinite(buffers.adjusted[0]) && isfinite(buffers.adjusted[2]) &&
                output.coefficient[0] > 0.3);
    assert_true(output.gain > 2 && !output.dropped);
}

static void test_too_few_quads_and_bad_input(void **state)
{
    struct buffers buffers;
    struct adjust_output output = {.raw = buffers.raw, .adjusted = buffers.adjusted};
    struct simulated_run run;
    struct random random;
    struct adjust_input input;

    (void)state;
    random_seed(&random, 24);
    simulate_run(&random, NOISE_NORMAL, 0, 0, &run);
    input = simulated_input(&run, 2); /* four rows, two columns */
    output = adjust(&input, &buffers);
    assert_true(output.dropped && output.coefficient[0] == 0 && buffers.adjusted[1] == buffers.raw[1]);
    input.quads = 0;
    assert_int_equal(adjust_contrasts(&input, &output), 0);
    assert_true(output.dropped);
    input.quads = ADJUST_QUADS_MAX + 1;
    assert_int_equal(adjust_contrasts(&input, &output), -EINVAL);
    input = simulated_input(&run, 16);
    memcpy(run.arms + 8, "ABAB", 4);
    assert_int_equal(adjust_contrasts(&input, &output), -EINVAL);
}

/* A tool that slows unrelated code by a tenth: the reference is what it says, and the raw contrasts are used.
 */
static void test_target_moves_the_reference(void **state)
{
    struct adjust_output output;
    struct simulated_run run;
    struct buffers buffers;
    struct random random;
    struct adjust_input input;

    (void)state;
    random_seed(&random, 25);
    simulate_run(&random, NOISE_NORMAL, 0.1, 0.1, &run);
    input = simulated_input(&run, 32);
    output = adjust(&input, &buffers);
    assert_true(output.dropped && !output.doubtful && output.gain == 1);
    assert_string_equal(output.why, "the target moves the noise reference");
    assert_memory_equal(buffers.adjusted, buffers.raw, 32 * sizeof(double));
    assert_true(output.reference_effect[0].low < 0.1 && 0.1 < output.reference_effect[0].high);
    assert_true(output.reference_effect[0].low > 0 && output.taken.low > 0);
}

/* Contrasts of adjusted blocks are the adjusted contrasts. */
static void test_adjusted_blocks(void **state)
{
    double blocks[4 * SIMULATED_QUADS], raw[16], again[16];
    struct adjust_output second = {.raw = raw, .adjusted = again};
    struct simulated_run run;
    struct buffers buffers;
    struct random random;
    struct adjust_input input;
    struct adjust_output output;

    (void)state;
    random_seed(&random, 26);
    simulate_run(&random, NOISE_NORMAL, 0.03, 0, &run);
    input = simulated_input(&run, 16);
    output = adjust(&input, &buffers);
    assert_false(output.dropped);
    adjust_blocks(&input, &output, blocks);
    input.y = blocks;
    input.kinds = 0;
    assert_int_equal(adjust_contrasts(&input, &second), 0);
    for (unsigned q = 0; q < 16; q++)
        assert_true(fabs(raw[q] - buffers.adjusted[q]) < 1e-14);
}

/* Worth having: a reference as good as section 3 of the method found takes nine tenths of the variance. */
static void test_gain(void **state)
{
    double gain[100];
    struct random random;

    (void)state;
    random_seed(&random, 27);
    for (unsigned trial = 0; trial < 100; trial++) {
        struct buffers buffers;
        struct simulated_run run;
        struct adjust_input input;

        simulate_run(&random, NOISE_NORMAL, 0.05, 0, &run);
        input = simulated_input(&run, 32);
        gain[trial] = adjust(&input, &buffers).gain;
    }
    print_message("mean gain %.2f\n", sample_mean(gain, 100));
    assert_true(sample_mean(gain, 100) > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_quads_by_hand),
        cmocka_unit_test(test_every_pattern_of_coins),
        cmocka_unit_test(test_unusable_kind_is_left_out),
        cmocka_unit_test(test_unknown_metric),
        cmocka_unit_test(test_too_few_quads_and_bad_input),
        cmocka_unit_test(test_target_moves_the_reference),
        cmocka_unit_test(test_adjusted_blocks),
        cmocka_unit_test(test_gain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
