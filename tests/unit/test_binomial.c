/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/binomial.h"
#include "tests/unit/unit.h"

#include <math.h>

/* Thresholds of the method's A/A checks: 4 of 20, 7 of 60, 18 of 200 at 5 %. */
static void test_thresholds_of_the_method(void **state)
{
    (void)state;
    assert_int_equal(binomial_quantile(0.99, 20, 0.05), 4);
    assert_int_equal(binomial_quantile(0.99, 60, 0.05), 7);
    assert_int_equal(binomial_quantile(0.99, 200, 0.05), 18);
}

/* Four fair coins: 1, 5, 11, 15, 16 sixteenths. */
static void test_four_coins(void **state)
{
    const double sixteenths[] = {1, 5, 11, 15, 16};

    (void)state;
    for (unsigned k = 0; k <= 4; k++)
        assert_true(fabs(binomial_cdf(k, 4, 0.5) - sixteenths[k] / 16) < 1e-14);
    assert_int_equal(binomial_quantile(0.06, 4, 0.5), 0);
    assert_int_equal(binomial_quantile(0.07, 4, 0.5), 1);
    assert_int_equal(binomial_quantile(0.95, 4, 0.5), 4);
}

/* The lady who tastes tea (R. A. Fisher, The Design of Experiments, 1935): four of eight cups. */
static void test_tea(void **state)
{
    (void)state;
    assert_true(fabs(fisher_upper(4, 4, 0, 4) - 1.0 / 70) < 1e-14);
    assert_true(fabs(fisher_upper(3, 4, 1, 4) - 17.0 / 70) < 1e-14);
    assert_true(fisher_upper(0, 4, 4, 4) == 1 && fisher_upper(0, 0, 0, 0) == 1);
    assert_true(fabs(fisher_upper(1, 4, 3, 4) - 69.0 / 70) < 1e-14);
    assert_true(isnan(fisher_upper(5, 4, 0, 4)) && isnan(fisher_upper(0, 4, 5, 4)));
}

static void test_edges(void **state)
{
    (void)state;
    assert_int_equal(binomial_quantile(0.99, 30, 0), 0);
    assert_int_equal(binomial_quantile(0.99, 30, 1), 30);
    assert_int_equal(binomial_quantile(0.99, 0, 0.5), 0);
    assert_int_equal(binomial_quantile(0.99, 30, NAN), 30);
    assert_true(binomial_cdf(7, 7, 0.3) == 1 && binomial_cdf(0, 7, 1) == 0 && isnan(binomial_cdf(0, 7, -1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thresholds_of_the_method),
        cmocka_unit_test(test_four_coins),
        cmocka_unit_test(test_tea),
        cmocka_unit_test(test_edges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
