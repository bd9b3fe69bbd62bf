/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/student.h"
#include "tests/unit/unit.h"

#include <math.h>

/* Percentage points as printed in every table of the t distribution (e.g. Abramowitz, Stegun, table 26.10).
 */
static void test_published_quantiles(void **state)
{
    static const struct {
        double p, df, t;
    } table[] = {
        {0.975, 1, 12.706},   {0.975, 2, 4.303},  {0.975, 5, 2.571},  {0.975, 9, 2.262},
        {0.975, 15, 2.131},   {0.975, 23, 2.069}, {0.975, 30, 2.042}, {0.975, 120, 1.980},
        {0.95, 10, 1.812},    {0.90, 4, 1.533},   {0.995, 9, 3.250},  {0.995, 1, 63.657},
        {0.999, 10, 4.144},   {0.9995, 5, 6.869}, {0.75, 20, 0.687},  {0.9995, 60, 3.460},
        {0.975, 1e9, 1.9600},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_true(fabs(student_t_quantile(table[i].p, table[i].df) - table[i].t) < 6e-4);
        assert_true(fabs(student_t_quantile(1 - table[i].p, table[i].df) + table[i].t) < 6e-4);
    }
}

/* df = 1 is Cauchy's distribution, tan(pi (p - 1/2)); df = 2 has (2p - 1) sqrt(2 / (4 p (1 - p))). */
static void test_closed_forms(void **state)
{
    (void)state;
    for (double p = 0.0005; p < 1; p += 0.0131) {
        double one = tan(M_PI * (p - 0.5)), two = (2 * p - 1) / sqrt(2 * p * (1 - p));

        assert_true(fabs(student_t_quantile(p, 1) - one) < 1e-8 * (1 + fabs(one)));
        assert_true(fabs(student_t_quantile(p, 2) - two) < 1e-8 * (1 + fabs(two)));
    }
}

static void test_cdf_inverts(void **state)
{
    const double df[] = {0.5, 1, 3, 9, 31, 127, 5000};

    (void)state;
    for (unsigned i = 0; i < sizeof(df) / sizeof(df[0]); i++)
        for (double p = 0.0001; p < 1; p += 0.0173)
            assert_true(fabs(student_t_cdf(student_t_quantile(p, df[i]), df[i]) - p) < 1e-9);
}

static void test_edges(void **state)
{
    (void)state;
    assert_true(student_t_quantile(0.5, 7) == 0 && student_t_cdf(0, 7) == 0.5);
    assert_true(student_t_quantile(0, 7) == -INFINITY && student_t_quantile(1, 7) == INFINITY);
    assert_true(isnan(student_t_quantile(1.1, 7)) && isnan(student_t_quantile(0.5, 0)));
    assert_true(isnan(student_t_quantile(NAN, 7)) && isnan(student_t_cdf(NAN, 7)));
    assert_true(student_t_cdf(INFINITY, 3) == 1 && student_t_cdf(-INFINITY, 3) == 0);
}

/* Printed: 1.644854, 1.959964, 2.575829. */
static void test_normal(void **state)
{
    (void)state;
    assert_true(fabs(normal_quantile(0.95) - 1.644854) < 1e-6);
    assert_true(fabs(normal_quantile(0.025) + 1.959964) < 1e-6);
    assert_true(fabs(normal_quantile(0.995) - 2.575829) < 1e-6);
    assert_true(normal_quantile(0) == -INFINITY && normal_quantile(1) == INFINITY &&
                isnan(normal_quantile(2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_quantiles),
        cmocka_unit_test(test_closed_forms),
        cmocka_unit_test(test_cdf_inverts),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_normal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
