/* SPDX-License-Identifier: GPL-2.0 */
#include "base/random.h"
#include "tests/unit/unit.h"

#include <math.h>

/*
 * splitmix64 from seed 1234567 is published with its first outputs (6457827717110365317, 3203168211198807973,
 * 9817491932198370423, 4593380528125082431): they are the generator's state.
 */
static void test_seed_is_splitmix64(void **state)
{
    struct random random;

    (void)state;
    random_seed(&random, 1234567);
    assert_true(random.state[0] == UINT64_C(6457827717110365317));
    assert_true(random.state[1] == UINT64_C(3203168211198807973));
    assert_true(random.state[2] == UINT64_C(9817491932198370423));
    assert_true(random.state[3] == UINT64_C(4593380528125082431));
}

/* xoshiro256** by hand from the state {1, 2, 3, 4}: rotl(2 * 5, 7) * 9 = 1280 * 9, then s[1] has become 0. */
static void test_first_numbers(void **state)
{
    struct random random = {{1, 2, 3, 4}};

    (void)state;
    assert_true(random_u64(&random) == 11520);
    assert_true(random_u64(&random) == 0);
    assert_true(random_u64(&random) == 1509978240);
}

static void test_same_seed_same_numbers(void **state)
{
    struct random one, other;

    (void)state;
    random_seed(&one, 0);
    random_seed(&other, 0);
    for (unsigned i = 0; i < 100; i++)
        assert_true(random_u64(&one) == random_u64(&other));
    random_seed(&other, 1);
    assert_true(random_u64(&one) != random_u64(&other));
}

/* Bounds are five standard errors wide; the seed is fixed, so they hold once and for all. */
static void test_moments(void **state)
{
    const unsigned n = 100000;
    double mean = 0, square = 0, fourth = 0, uniform = 0;
    unsigned heads = 0;
    struct random random;

    (void)state;
    random_seed(&random, 42);
    for (unsigned i = 0; i < n; i++) {
        double x = random_normal(&random), u = random_uniform(&random);

        assert_true(u >= 0 && u < 1);
        mean += x / n;
        square += x * x / n;
        fourth += x * x * x * x / n;
        uniform += u / n;
        heads += random_coin(&random);
    }
    assert_true(fabs(mean) < 5 / sqrt(n));
    assert_true(fabs(square - 1) < 5 * sqrt(2.0 / n));
    assert_true(fabs(fourth - 3) < 5 * sqrt(96.0 / n));
    assert_true(fabs(uniform - 0.5) < 5 * sqrt(1.0 / 12 / n));
    assert_true(fabs(heads - n / 2.0) < 5 * sqrt(n / 4.0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seed_is_splitmix64),
        cmocka_unit_test(test_first_numbers),
        cmocka_unit_test(test_same_seed_same_numbers),
        cmocka_unit_test(test_moments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
