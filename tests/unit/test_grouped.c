/* SPDX-License-Identifier: GPL-2.0 */
/* Intervals over loads of a program: by hand, and their coverage in simulated trials of known variances. */
#include "tests/unit/unit.h"
#include "base/random.h"
#include "orchestrator/stats/grouped.h"
#include "tests/unit/simulation.h"

#include <math.h>

#define TRIALS (20000 / TRIALS_DIVIDED)
#define GROUPS 8
#define VALUES 24
#define TRUTH  100.0

/* Groups (1, 2, 9), (4, 4, 4), (8, 5, 6), and 8, 10, 30 of one value each thrice: medians 2, 4, 6, 8, 10, 30.
 */
static void test_by_hand(void **state)
{
    const double x[] = {9, 4, 8, 8, 10, 30, 1, 4, 5, 8, 10, 30, 2, 4, 6, 8, 10, 30};
    struct grouped grouped;

    (void)state;
    grouped_interval(x, 18, 6, 0.95, &grouped);
    /* 21 Walsh averages, the eleventh: 2 3 4 4 5 5 6 6 6 7 | 7 | 8 8 9 10 16 17 18 19 20 30; k = 0: all of
     * them */
    assert_true(grouped.interval.estimate == 7);
    assert_true(grouped.interval.low == 2 && grouped.interval.high == 30);
    assert_true(fabs(grouped.groups_sd - 10.19804) < 1e-3);
    /* Squares about the means 4, 4, 19/3: 38, 0, 14/3 */
    assert_true(fabs(grouped.within_sd - sqrt((38 + 14.0 / 3) / 12)) < 1e-9);
}

/* Eight values in six groups: two, two, one, one, one, one. */
static void test_uneven(void **state)
{
    const double x[] = {1, 2, 3, 4, 5, 6, 1, 2};
    struct grouped grouped;

    (void)state;
    grouped_interval(x, 8, 6, 0.95, &grouped);
    assert_true(grouped.interval.estimate == 3.5);
    assert_true(grouped.within_sd == 0);
    grouped_interval(x, 6, 6, 0.95, &grouped);
    assert_true(isnan(grouped.within_sd));
    grouped_interval(x, 6, 5, 0.95, &grouped); /* too few for 95 % */
    assert_true(isinf(grouped.interval.low) && isinf(grouped.interval.high));
}

static void draw(struct random *random, enum noise noise, double between, double within, double x[VALUES])
{
    double shift[GROUPS];

    for (unsigned group = 0; group < GROUPS; group++)
        shift[group] = between * random_normal(random);
    for (unsigned i = 0; i < VALUES; i++)
        x[i] = TRUTH + shift[i % GROUPS] + within * noise_draw(random, noise);
}

static bool covers(const struct interval *interval)
{
    return interval->low <= TRUTH && TRUTH <= interval->high;
}

/* Shares of trials whose interval contains the truth: over groups, and over all values as if they were alike.
 */
static void coverage(enum noise noise, double between, double *grouped_share, double *pooled_share)
{
    unsigned by_groups = 0, pooled = 0;
    struct random random;

    random_seed(&random, 6);
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        struct interval all;
        struct grouped grouped;
        double x[VALUES];

        draw(&random, noise, between, 1, x);
        grouped_interval(x, VALUES, GROUPS, 0.95, &grouped);
        hodges_lehmann(x, VALUES, signed_rank_k(VALUES, 0.025), &all);
        by_groups += covers(&grouped.interval);
        pooled += covers(&all);
    }
    *grouped_share = (double)by_groups / TRIALS;
    *pooled_share = (double)pooled / TRIALS;
}

/* At least 95 % less three standard errors, whatever part of the variance is between loads. */
static void test_coverage(void **state)
{
    static const double between[] = {0, 0.5, 1, 3, 20};
    const double least = 0.95 - 3 * sqrt(0.95 * 0.05 / TRIALS);

    (void)state;
    for (enum noise noise = 0; noise < NOISES; noise++)
        for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
            double grouped, pooled;

            coverage(noise, between[i], &grouped, &pooled);
            print_message("# noise %d, between loads %.1f of within: %.4f; all values alike: %.4f\n", noise,
                          between[i], grouped, pooled);
            assert_true(grouped >= least);
            if (between[i] == 0)
                assert_true(pooled >= least);
            if (between[i] >= 3) /* why the load is the unit */
                assert_true(pooled < 0.85);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_uneven),
        cmocka_unit_test(test_coverage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
