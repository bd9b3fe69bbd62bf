/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/signed_rank.h"
#include "tests/unit/unit.h"

#include <math.h>

/* n = 3, by hand: the eight subsets of {1, 2, 3} sum to 0, 1, 2, 3, 3, 4, 5, 6. */
static void test_three_by_hand(void **state)
{
    const double eighths[] = {1, 2, 3, 5, 6, 7, 8};

    (void)state;
    for (unsigned k = 0; k <= 6; k++)
        assert_true(signed_rank_cdf(3, k) == eighths[k] / 8);
    assert_true(signed_rank_cdf(3, 1000) == 1);
    assert_true(isnan(signed_rank_cdf(SIGNED_RANK_MAX + 1, 0)));
}

static unsigned patterns_at_most(unsigned n, unsigned k)
{
    unsigned count = 0;

    for (unsigned signs = 0; signs < 1u << n; signs++) {
        unsigned sum = 0;

        for (unsigned i = 0; i < n; i++)
            sum += signs >> i & 1 ? i + 1 : 0;
        count += sum <= k;
    }
    return count;
}

static void test_against_enumeration(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 12; n++)
        for (unsigned k = 0; k <= n * (n + 1) / 2; k++)
            assert_true(signed_rank_cdf(n, k) == patterns_at_most(n, k) / (double)(1u << n));
}

/* Wilcoxon's table, one-sided 2.5 %: 0 at 6, 8 at 10, 52 at 20, 137 at 30, 434 at 50; none below 6. */
static void test_published_critical_values(void **state)
{
    (void)state;
    assert_int_equal(signed_rank_k(5, 0.025), -1);
    assert_int_equal(signed_rank_k(6, 0.025), 0);
    assert_int_equal(signed_rank_k(10, 0.025), 8);
    assert_int_equal(signed_rank_k(20, 0.025), 52);
    assert_int_equal(signed_rank_k(30, 0.025), 137);
    assert_int_equal(signed_rank_k(50, 0.025), 434);
}

static void test_k_is_the_largest(void **state)
{
    const double levels[] = {0.0005, 0.004, 0.025, 0.4, 0.5, 0.9, 1};

    (void)state;
    for (unsigned n = 1; n <= SIGNED_RANK_MAX; n += 7)
        for (unsigned i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
            int k = signed_rank_k(n, levels[i]);

            if (k >= 0)
                assert_true(signed_rank_cdf(n, (unsigned)k) <= levels[i] + 1e-12);
            if (k < (int)(n * (n + 1) / 2))
                assert_true(signed_rank_cdf(n, (unsigned)(k + 1)) > levels[i] - 1e-12);
        }
    assert_int_equal(signed_rank_k(0, 0.5), -1);
    assert_int_equal(signed_rank_k(SIGNED_RANK_MAX + 1, 0.5), -1);
}

/* Symmetry at the largest n: P(W <= k) + P(W <= total - k - 1) = 1. */
static void test_largest_is_symmetric(void **state)
{
    const unsigned n = SIGNED_RANK_MAX, total = n * (n + 1) / 2;

    (void)state;
    for (unsigned k = 0; k < total; k += 1001)
        assert_true(fabs(signed_rank_cdf(n, k) + signed_rank_cdf(n, total - k - 1) - 1) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_by_hand),
        cmocka_unit_test(test_against_enumeration),
        cmocka_unit_test(test_published_critical_values),
        cmocka_unit_test(test_k_is_the_largest),
        cmocka_unit_test(test_largest_is_symmetric),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
