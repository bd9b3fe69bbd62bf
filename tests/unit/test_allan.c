/* SPDX-License-Identifier: GPL-2.0 */
#include "base/random.h"
#include "orchestrator/stats/allan.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>

/*
 * By hand: 1, 3, 2, 6. Steps 2, -1, 4: sqrt((4 + 1 + 16) / 3 / 2). Averages of two are 2, 2.5, 4; one
 * pair is two apart, 4 - 2: sqrt(4 / 1 / 2).
 */
static void test_four_by_hand(void **state)
{
    const double x[] = {1, 3, 2, 6};

    (void)state;
    assert_true(fabs(allan_deviation(x, 4, 1) - sqrt(3.5)) < 1e-15);
    assert_true(fabs(allan_deviation(x, 4, 2) - sqrt(2)) < 1e-15);
    assert_true(isnan(allan_deviation(x, 4, 3)) && isnan(allan_deviation(x, 4, 0)));
    assert_true(isnan(allan_deviation(x, 1, 1)));
}

/*
 * NIST SP 1065, section 12: the pseudo-random 1000-point frequency series n(i+1) = 16807 n(i) mod 2147483647
 * from 1234567890, divided by 2147483647, has overlapping Allan deviations of 2.922319e-01, 9.159953e-02 and
 * 3.241343e-02 at factors 1, 10 and 100.
 */
static void test_published_series(void **state)
{
    uint64_t n = 1234567890;
    double x[1000];

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        x[i] = (double)n / 2147483647.0;
        n = n * 16807 % 2147483647;
    }
    assert_true(fabs(allan_deviation(x, 1000, 1) - 2.922319e-01) < 1e-7);
    assert_true(fabs(allan_deviation(x, 1000, 10) - 9.159953e-02) < 1e-8);
    assert_true(fabs(allan_deviation(x, 1000, 100) - 3.241343e-02) < 1e-8);
}

/* White noise falls with the root of the averaging time, a random walk grows with it. */
static void test_shapes_of_noise(void **state)
{
    double *white = calloc(20000, sizeof(*white)), *walk = calloc(20000, sizeof(*walk));
    struct random random;

    (void)state;
    random_seed(&random, 9);
    for (unsigned i = 0; i < 20000; i++) {
        white[i] = random_normal(&random);
        walk[i] = (i ? walk[i - 1] : 0) + random_normal(&random);
    }
    assert_true(fabs(allan_deviation(white, 20000, 1) - 1) < 0.03);
    assert_true(fabs(allan_deviation(white, 20000, 16) - 0.25) < 0.02);
    assert_true(fabs(allan_deviation(walk, 20000, 64) / allan_deviation(walk, 20000, 16) - 2) < 0.3);
    free(white);
    free(walk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_four_by_hand),
        cmocka_unit_test(test_published_series),
        cmocka_unit_test(test_shapes_of_noise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
