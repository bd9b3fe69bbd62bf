/* SPDX-License-Identifier: GPL-2.0 */
/* What others do, against what their own software or their textbooks print for published data. */
#include "tests/bench/customary.h"
#include "tests/unit/unit.h"

#include <math.h>

static void assert_close(double is, double should_be, double error)
{
    assert_true(fabs(is - should_be) <= error);
}

/* Student's sleep data (Biometrika 6(1), 1908); R has it as `sleep`. */
static const double drug_1[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double drug_2[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
/* Permeability of the placenta (Hollander, Wolfe, "Nonparametric Statistical Methods", table 4.1). */
static const double at_term[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
static const double earlier[] = {1.15, 0.88, 0.90, 0.74, 1.21};
/* Ages of onset of diabetes, the example in the documentation of scipy.stats.mannwhitneyu. */
static const double males[] = {19, 22, 16, 29, 24};
static const double females[] = {20, 11, 17, 12};

/* R, ?t.test: t = -1.8608, df = 17.776, p-value = 0.07939; more digits from scipy 1.10.1. */
static void test_welch(void **state)
{
    static const double same[] = {2, 2, 2}, other[] = {3, 3};

    (void)state;
    assert_close(welch_p(drug_1, 10, drug_2, 10), 0.07939414018735823, 1e-9);
    assert_close(welch_p(drug_2, 10, drug_1, 10), 0.07939414018735823, 1e-9);
    assert_close(welch_p(same, 3, same, 3), 1, 0);
    assert_close(welch_p(same, 3, other, 2), 0, 0);
    assert_true(isnan(welch_p(same, 1, other, 2)));
}

/* R, ?wilcox.test: W = 35, p-value = 0.1272 one-sided, exact; scipy's documentation: U = 17, p = 0.1111. */
static void test_mann_whitney_exact(void **state)
{
    static const double low[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, high[] = {11, 12, 13, 14, 15, 16, 17, 18, 19};

    (void)state;
    assert_close(mann_whitney_p(earlier, 5, at_term, 10), 2 * 0.1272061272061272, 1e-12);
    assert_close(mann_whitney_p(females, 4, males, 5), 1.0 / 9, 1e-12);
    /* The least there is, as benchstat's own table has it for nine figures a side. */
    assert_close(mann_whitney_p(low, 9, high, 9), 4.113533525298231e-05, 1e-15);
    assert_true(isnan(mann_whitney_p(low, 0, high, 9)));
}

/* Ties: R, wilcox.test(extra ~ group, sleep): W = 25.5, p-value = 0.06933. More digits from scipy. */
static void test_mann_whitney_ties(void **state)
{
    static const double same[] = {1, 1, 1};

    (void)state;
    assert_close(mann_whitney_p(drug_1, 10, drug_2, 10), 0.06932757543362658, 1e-9);
    assert_close(mann_whitney_p(same, 3, same, 3), 1, 0);
}

/* At the border of exact and normal the two may hardly differ. */
static void test_mann_whitney_large(void **state)
{
    double before[51], after[51], exact, normal;

    (void)state;
    for (unsigned i = 0; i < 51; i++) {
        before[i] = i;
        after[i] = i * 1.001 + 7.25;
    }
    exact = mann_whitney_p(before, 50, after, 50);
    normal = mann_whitney_p(before, 51, after, 51);
    assert_true(exact > 0.01 && exact < 0.5);
    assert_close(exact, normal, 0.01);
}

/* By R's algorithm (wilcox.test, exact = FALSE, conf.int = TRUE, conf.level = 0.98) with scipy's brentq. */
static void test_shift(void **state)
{
    struct shift shift = mann_whitney_shift(earlier, 5, at_term, 10, 0.98);

    (void)state;
    /* Kayenta draws this one, too, half a step towards 0: any shift between two neighbouring pairs will do.
     */
    assert_close(shift.estimate, 0.305, 0.01);
    assert_close(shift.low, -0.32, 1e-6);
    assert_close(shift.high, 0.99, 1e-6);
}

/* The documents of Kayenta: a shift that is small next to its own interval passes, a clear one does not. */
static void test_kayenta(void **state)
{
    double before[20], after[20];

    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        before[i] = 100 + (i * 7) % 20;
        after[i] = before[i] + 0.5;
    }
    assert_int_equal(kayenta_class(before, 20, before, 20), 0);
    assert_int_equal(kayenta_class(before, 20, after, 20), 0);
    for (unsigned i = 0; i < 20; i++)
        after[i] = before[i] + 30;
    assert_int_equal(kayenta_class(before, 20, after, 20), 1);
    assert_int_equal(kayenta_class(after, 20, before, 20), -1);
}

/* Means 2 and 4, deviations 1 and 1: 2 +- 2 sqrt(1/4 + 1/16). */
static void test_hyperfine(void **state)
{
    static const double before[] = {1, 2, 3}, after[] = {3, 4, 5};
    struct ratio_sd ratio = hyperfine_ratio(before, 3, after, 3);

    (void)state;
    assert_close(ratio.ratio, 2, 1e-12);
    assert_close(ratio.sd, 2 * sqrt(0.3125), 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_welch),
        cmocka_unit_test(test_mann_whitney_exact),
        cmocka_unit_test(test_mann_whitney_ties),
        cmocka_unit_test(test_mann_whitney_large),
        cmocka_unit_test(test_shift),
        cmocka_unit_test(test_kayenta),
        cmocka_unit_test(test_hyperfine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
