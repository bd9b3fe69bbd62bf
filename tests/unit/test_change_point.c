/* SPDX-License-Identifier: GPL-2.0 */
/* Change points: what they find, and how often they are wrong, by simulation with a fixed seed. */
#include "orchestrator/stats/change_point.h"
#include "base/random.h"
#include "tests/unit/blocks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX 64
#define ALARMS    0.05
#define TRIALS    (3000 / TRIALS_DIVIDED)

struct scenario {
    const char *name;
    unsigned count;
    double excess;  /* deviation between runs beyond their errors */
    double spread;  /* largest error over the smallest */
    bool by_thirds; /* errors change with time and not from run to run */
    unsigned at;    /* where a change of `step` is; 0: none */
    double step;
};

static void draw(struct random *random, const struct scenario *scenario, double *figures, double *errors)
{
    for (unsigned i = 0; i < scenario->count; i++) {
        double place = scenario->by_thirds ? floor(3.0 * i / scenario->count) / 2 : random_uniform(random);

        errors[i] = pow(scenario->spread, place);
        figures[i] = 100 + errors[i] * random_normal(random) + scenario->excess * random_normal(random);
        if (scenario->at && i >= scenario->at)
            figures[i] += scenario->step;
    }
}

/* Share of series in which `wanted` of the outcome is so; counts[n] of series had n change points (3: more).
 */
static void simulate(const struct scenario *scenario, unsigned trials, unsigned counts[4], unsigned *near)
{
    double figures[COUNT_MAX], errors[COUNT_MAX];
    struct change_point points[COUNT_MAX];
    struct random random;

    random_seed(&random, 9 + scenario->count);
    memset(counts, 0, 4 * sizeof(*counts));
    *near = 0;
    for (unsigned trial = 0; trial < trials; trial++) {
        int found;

        draw(&random, scenario, figures, errors);
        found = change_points(figures, errors, NULL, scenario->count, ALARMS, points);
        assert_true(found >= 0);
        counts[found < 3 ? found : 3]++;
        for (int i = 0; i < found; i++)
            *near += abs((int)points[i].at - (int)scenario->at) <= 2;
    }
}

static double three_errors(double share, unsigned trials)
{
    return 3 * sqrt(share * (1 - share) / trials);
}

static void test_false_alarms(void **state)
{
    static const struct scenario scenarios[] = {
        {.name = "as the errors say, few", .count = 5, .spread = 1},
        {.name = "as the errors say", .count = 12, .spread = 1},
        {.name = "as the errors say, many", .count = 60, .spread = 1},
        {.name = "runs differ, few", .count = 6, .excess = 5, .spread = 1},
        {.name = "runs differ", .count = 20, .excess = 5, .spread = 1},
        {.name = "errors differ", .count = 20, .spread = 10},
        {.name = "errors and runs differ", .count = 20, .excess = 3, .spread = 10},
        {.name = "errors grow", .count = 24, .spread = 10, .by_thirds = true},
        {.name = "errors grow and runs differ", .count = 24, .excess = 3, .spread = 10, .by_thirds = true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(scenarios); i++) {
        unsigned counts[4], near;
        double share;

        simulate(&scenarios[i], TRIALS, counts, &near);
        share = 1 - (double)counts[0] / TRIALS;
        print_message("# %s: %.2f %% of %u series\n", scenarios[i].name, 100 * share, TRIALS);

        assert_true(share <= ALARMS + three_errors(ALARMS, TRIALS));
    }
}

/* A change of this many errors is found, and where it is; what is beyond it is no second one. */
static void test_power(void **state)
{
    static const struct {
        struct scenario scenario;
        double least; /* share that finds it within two places */
    } rows[] = {
        {{.name = "5 of 10, 4 errors", .count = 10, .spread = 1, .at = 5, .step = 4}, 0.8},
        {{.name = "10 of 20, 3 errors", .count = 20, .spread = 1, .at = 10, .step = 3}, 0.9},
        {{.name = "17 of 20, 4 errors", .count = 20, .spread = 1, .at = 17, .step = 4}, 0.85},
        {{.name = "20 of 40, 2 errors", .count = 40, .spread = 1, .at = 20, .step = 2}, 0.8},
        {{.name = "10 of 20, runs differ by 2, 6",
          .count = 20,
          .excess = 2,
          .spread = 1,
          .at = 10,
          .step = 6},
         0.8},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        unsigned counts[4], near;

        simulate(&rows[i].scenario, TRIALS, counts, &near);
        print_message("# %s: %.1f %% find it, %.1f %% find two\n", rows[i].scenario.name,
                      100.0 * near / TRIALS, 100.0 * (counts[2] + counts[3]) / TRIALS);
        assert_true((double)near / TRIALS >= rows[i].least);
        assert_true((double)(counts[2] + counts[3]) / TRIALS <= ALARMS + three_errors(ALARMS, TRIALS));
    }
}

static void test_by_hand(void **state)
{
    static const double figures[] = {10, 11, 9, 10, 20, 21, 19, 20, 5, 6, 4, 5};
    static const double errors[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    struct change_point points[ARRAY_SIZE(figures)];

    (void)state;
    assert_int_equal(change_points(figures, errors, NULL, ARRAY_SIZE(figures), ALARMS, points), 2);
    assert_int_equal(points[0].at, 4);
    assert_int_equal(points[1].at, 8);
    assert_close(points[0].before, 10, 1e-9);
    assert_close(points[0].behind, 20, 1e-9);
    assert_close(points[1].before, 20, 1e-9);
    assert_close(points[1].behind, 5, 1e-9);
    for (unsigned i = 0; i < 2; i++)
        assert_true(points[i].p <= points[i].alarms && points[i].alarms <= ALARMS + 1e-12 &&
                    points[i].low <= points[i].estimate && points[i].estimate <= points[i].high);
}

/* A step of figures that do not vary, and figures without errors. */
static void test_without_noise(void **state)
{
    static const double figures[] = {3, 3, 3, 4, 4, 4}, flat[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    static const double none[] = {NAN, 0, NAN, 0, -1, INFINITY};
    struct change_point points[ARRAY_SIZE(figures)];

    (void)state;
    assert_int_equal(change_points(figures, none, NULL, ARRAY_SIZE(figures), ALARMS, points), 1);
    assert_int_equal(points[0].at, 3);
    assert_close(points[0].estimate, 1, 1e-12);
    assert_int_equal(change_points(flat, none, NULL, ARRAY_SIZE(flat), ALARMS, points), 0);
}

/* One figure that is far off is no change, nor is what two figures say of each other. */
static void test_outlier_and_few(void **state)
{
    static const double figures[] = {1, 1.1, 0.9, 9, 1, 1.1, 0.9, 1, 1.1, 1}, last[] = {1, 1.1, 0.9, 1, 9};
    static const double errors[] = {.1, .1, .1, .1, .1, .1, .1, .1, .1, .1};
    struct change_point points[ARRAY_SIZE(figures)];

    (void)state;
    assert_int_equal(change_points(figures, errors, NULL, ARRAY_SIZE(figures), ALARMS, points), 0);
    assert_int_equal(change_points(last, errors, NULL, ARRAY_SIZE(last), ALARMS, points), 0);
    assert_int_equal(change_points(last + 2, errors, NULL, 3, ALARMS, points), 0);
    assert_int_equal(change_points(last, errors, NULL, 0, ALARMS, points), 0);
}

/* Between documents of one version there is no change of versions. */
static void test_breaks(void **state)
{
    static const double figures[] = {1, 1.1, 0.9, 5, 5.1, 4.9, 5, 5.1};
    static const double errors[] = {.1, .1, .1, .1, .1, .1, .1, .1};
    static const bool at_four[] = {true, false, false, false, true, false, false, false};
    static const bool nowhere[ARRAY_SIZE(figures)] = {true};
    struct change_point points[ARRAY_SIZE(figures)];

    (void)state;
    assert_int_equal(change_points(figures, errors, NULL, ARRAY_SIZE(figures), ALARMS, points), 1);
    assert_int_equal(points[0].at, 3);
    assert_int_equal(change_points(figures, errors, nowhere, ARRAY_SIZE(figures), ALARMS, points), 0);
    for (int i = change_points(figures, errors, at_four, ARRAY_SIZE(figures), ALARMS, points); i > 0; i--)
        assert_int_equal(points[i - 1].at, 4);
}

static void test_bad_input(void **state)
{
    static const double bad[] = {1, NAN, 1, 1}, errors[] = {1, 1, 1, 1};
    struct change_point points[4];

    (void)state;
    assert_int_equal(change_points(bad, errors, NULL, 4, ALARMS, points), -EINVAL);
    assert_int_equal(change_points(errors, errors, NULL, 4, 0, points), -EINVAL);
    assert_int_equal(change_points(errors, errors, NULL, 4, 1, points), -EINVAL);
    assert_true(isnan(change_point_level(errors, errors, 0).mean));
    assert_close(change_point_level(errors, errors, 4).mean, 1, 1e-12);
    assert_close(change_point_level(errors, errors, 4).error, 0.5, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_false_alarms),    cmocka_unit_test(test_power),
        cmocka_unit_test(test_by_hand),         cmocka_unit_test(test_without_noise),
        cmocka_unit_test(test_outlier_and_few), cmocka_unit_test(test_breaks),
        cmocka_unit_test(test_bad_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
