/* SPDX-License-Identifier: GPL-2.0 */
#include "base/random.h"
#include "orchestrator/stats/growth.h"
#include "orchestrator/stats/steady.h"
#include "tests/unit/unit.h"

#include <errno.h>

/*
 * By hand: late bins 0.3, 0.3, mean 0.3; A goes from 0 to 0.04, so it stood at 0.03: late effect 0.27.
 * Neither late bins nor A scatter, so the quads' sd counts: 0.01^2 + 3/16 * 0.04^2 = 0.0001 + 0.0003 =
 * 0.0004, root 0.02. With 16 quads t(0.975, 15) = 2.131: 0.27 -+ 0.0426. Change: 0.27 - 0.2 with 0.0004 +
 * 0.0001 / 16, root 0.020156; t(0.995, 15) = 2.947: 0.07 -+ 0.0594: differs.
 */
static void test_by_hand(void **state)
{
    const double bins[] = {0.9, 0.1, 0.3, 0.3}, before[] = {0, 0}, after[] = {0.04};
    struct steady_input input = {bins, 4, before, after, 2, 1, 0.2, 0.01, 16, 0.005};
    struct steady_report report;

    (void)state;
    assert_int_equal(steady_check(&input, &report), 0);
    assert_true(fabs(report.late.estimate - 0.27) < 1e-12 && fabs(report.late.high - 0.3126) < 1e-4);
    assert_true(fabs(report.change.low - 0.0106) < 1e-4 && report.differs);
    assert_true(fabs(report.shared.low - 0.2111) < 1e-4); /* 0.27 less 2.947 times 0.02 */
    input.estimate = 0.22;
    assert_int_equal(steady_check(&input, &report), 0);
    assert_false(report.differs);
}

static void test_one_sided_baseline_and_bad_input(void **state)
{
    const double bins[] = {0.1, 0.3}, before[] = {0.1}, after[] = {0.2}, unknown[] = {0.1, NAN};
    struct steady_input input = {bins, 2, before, NULL, 1, 0, 0.2, 0.01, 10, 0};
    struct steady_report report;

    (void)state;
    assert_int_equal(steady_check(&input, &report), 0);
    assert_true(fabs(report.late.estimate - 0.2) < 1e-12 && isnan(report.shared.low));
    input = (struct steady_input){bins, 2, NULL, after, 0, 1, 0.2, 0.01, 10, 0};
    assert_int_equal(steady_check(&input, &report), 0);
    assert_true(fabs(report.late.estimate - 0.1) < 1e-12);
    input.after_count = 0;
    assert_int_equal(steady_check(&input, &report), -EINVAL);
    input = (struct steady_input){unknown, 2, before, after, 1, 1, 0.2, 0.01, 10, 0};
    assert_int_equal(steady_check(&input, &report), -EINVAL);
    input = (struct steady_input){bins, 2, before, after, 1, 1, 0.2, 0.01, 1, 0};
    assert_int_equal(steady_check(&input, &report), -EINVAL);
}

/*
 * A machine whose noise wanders (each block carries `memory` of it over to the next): quads of blocks, then
 * two A blocks, 40 bins, two A blocks, the late bins dearer by `change`. Did the check say so?
 */
static bool simulate(struct random *random, double memory, double change)
{
    double contrasts[16], bins[40], before[2], after[2], noise = 0, block[4];
    struct steady_report report;
    struct interval estimate;

#define NEXT_BLOCK()                                                                                         \
    (noise = memory * noise + 0.02 * random_normal(random), noise + 0.01 * random_normal(random))
    for (unsigned q = 0; q < 16; q++) {
        for (unsigned i = 0; i < 4; i++)
            block[i] = NEXT_BLOCK();
        contrasts[q] = 0.05 + (block[1] + block[2] - block[0] - block[3]) / 2;
    }
    for (unsigned i = 0; i < 2; i++)
        before[i] = NEXT_BLOCK();
    for (unsigned i = 0; i < 40; i++)
        bins[i] = 0.05 + (i >= 20 ? change : 0) + NEXT_BLOCK();
    for (unsigned i = 0; i < 2; i++)
        after[i] = NEXT_BLOCK();
#undef NEXT_BLOCK
    assert_int_equal(hodges_lehmann(contrasts, 16, -1, &estimate), 0);
    assert_int_equal(steady_check(&(struct steady_input){bins, 40, before, after, 2, 2, estimate.estimate,
                                                         sample_sd(contrasts, 16), 16, 0},
                                  &report),
                     0);
    return report.differs;
}

static unsigned alarms(double memory, double change)
{
    struct random random;
    unsigned count = 0;

    random_seed(&random, 5);
    for (unsigned i = 0; i < 4000; i++)
        count += simulate(&random, memory, change);
    return count;
}

/* At most 1 % false alarms where noise is white; where it wanders far beyond a quad's length, a few per cent.
 */
static void test_alarms_and_misses(void **state)
{
    (void)state;
    print_message("white %u, some memory %u, long memory %u, change seen %u of 4000\n", alarms(0, 0),
                  alarms(0.7, 0), alarms(0.95, 0), alarms(0.7, 0.15));
    assert_true(alarms(0, 0) <= 40 + 3 * sqrt(40));
    assert_true(alarms(0.7, 0) <= 120);
    assert_true(alarms(0.95, 0) <= 400);
    assert_true(alarms(0.7, 0.15) >= 3800);
}

/* By hand: points (0, 1), (1, 2), (2, 9), (4, 5): slopes 1, 4, 1, 7, 1, -2; their median is 1. */
static void test_growth_by_hand(void **state)
{
    const double t[] = {0, 1, 2, 4}, y[] = {1, 2, 9, 5}, unknown[] = {1, 2, NAN, 5}, same[] = {3, 3, 3, 3};
    struct interval growth = growth_interval(t, y, 4, 0.95);

    (void)state;
    assert_true(growth.estimate == 1);
    /* Kendall's sd is sqrt(4 * 3 * 13 / 18) = 2.94; 1.96 times that is 5.77, leaving 6 - 5.77 of 6 slopes:
     * none. */
    assert_true(growth.low == -INFINITY && growth.high == INFINITY);
    /* 0.674 * 2.94 = 1.99: (6 - 1.99) / 2 = 2.0, the second from either end. */
    growth = growth_interval(t, y, 4, 0.5);
    assert_true(growth.low == 1 && growth.high == 4);
    assert_true(isnan(growth_interval(t, unknown, 4, 0.95).estimate));
    assert_true(isnan(growth_interval(t, y, 1, 0.95).estimate));
    growth = growth_interval(t, same, 4, 0.5);
    assert_true(growth.estimate == 0 && growth.low == 0 && growth.high == 0);
}

static void test_growth_coverage(void **state)
{
    unsigned covered = 0;
    struct random random;

    (void)state;
    random_seed(&random, 6);
    for (unsigned trial = 0; trial < 4000; trial++) {
        double t[30], y[30];
        struct interval growth;

        for (unsigned i = 0; i < 30; i++) {
            t[i] = 0.5 * i;
            y[i] = 1000 + 8 * t[i] + random_normal(&random) + (random_uniform(&random) < 0.1 ? 500 : 0);
        }
        growth = growth_interval(t, y, 30, 0.95);
        covered += growth.low <= 8 && 8 <= growth.high;
    }
    assert_true(covered >= 0.95 * 4000 - 3 * sqrt(0.05 * 0.95 * 4000));
}

/* More points than there is room for are averaged in groups; a straight line keeps its slope. */
static void test_growth_of_many_points(void **state)
{
    double t[1000], y[1000];
    struct interval growth;

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        t[i] = 0.1 * i;
        y[i] = 4096 * t[i];
    }
    growth = growth_interval(t, y, 1000, 0.95);
    assert_true(fabs(growth.estimate - 4096) < 1e-6 && growth.high - growth.low < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),           cmocka_unit_test(test_one_sided_baseline_and_bad_input),
        cmocka_unit_test(test_alarms_and_misses), cmocka_unit_test(test_growth_by_hand),
        cmocka_unit_test(test_growth_coverage),   cmocka_unit_test(test_growth_of_many_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
