/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll diff: the change and its interval, on figures that can be checked. */
#include "tests/unit/diffs.h"

#include "orchestrator/stats/estimate.h"
#include "orchestrator/stats/looks.h"
#include "reports/jsonio.h"
#include "base/random.h"

/* A document of one metric, as far as a kind reads it. NaN becomes null. A new reference. */
static json_t *timed(const char *scale, double estimate, double low, double high, double level, double sd,
                     int n)
{
    return json_pack("{s:[{s:s, s:s, s:s, s:b, s:{s:s, s:o, s:o, s:o, s:o}, s:o, s:i}]}", "metrics", "name",
                     "m", "unit", "ns", "better", "lower", "primary", 1, "effect", "scale", scale, "estimate",
                     jsonio_number(estimate), "low", jsonio_number(low), "high", jsonio_number(high), "level",
                     jsonio_number(level), "sd", jsonio_number(sd), "n", n);
}

static struct change change_of(const struct diff_kind *kind, json_t *old, json_t *new, double stretch)
{
    struct side side_old, side_new;
    struct change change;

    assert_true(kind->read(old, "m", &side_old));
    assert_true(kind->read(new, "m", &side_new));
    change = kind->change(&side_old, &side_new, stretch, DIFF_LEVEL);
    json_decref(old);
    json_decref(new);
    return change;
}

/* Welch's interval of log(1.21) - log(1.10), computed apart from this program. */
static void test_ratio_of_ratios(void **state)
{
    struct change change = change_of(&diff_kind_timed, timed("relative", 0.10, NAN, NAN, NAN, 0.02, 16),
                                     timed("relative", 0.21, NAN, NAN, NAN, 0.03, 25), 1);

    (void)state;
    assert_close(change.estimate, 0.1, 1e-12);
    assert_close(change.low, 0.0823586128485613, 1e-9);
    assert_close(change.high, 0.11792892451376226, 1e-9);
    assert_close(change.level, 0.95, 0);
}

static void test_difference_of_differences(void **state)
{
    double error = 3 * sqrt(M_PI / 3 / 16);
    struct change change = change_of(&diff_kind_timed, timed("absolute", 10, NAN, NAN, NAN, 3, 16),
                                     timed("absolute", 14, NAN, NAN, NAN, 3, 16), 1),
                  stretched = change_of(&diff_kind_timed, timed("absolute", 10, NAN, NAN, NAN, 3, 16),
                                        timed("absolute", 14, NAN, NAN, NAN, 0, 16), 2);

    (void)state;
    assert_close(change.estimate, 4, 1e-12);
    assert_close(change.high - 4, student_t_quantile(0.975, 30) * sqrt(2) * error, 1e-9);
    assert_close(4 - change.low, change.high - 4, 1e-9);
    assert_close(stretched.high - 4, student_t_quantile(0.975, 15) * 2 * error, 1e-9);
}

/* Without sd the width tells; with both the larger. */
static void test_error_of_the_width(void **state)
{
    struct side side;
    json_t *narrow = timed("absolute", 10, 9, 11, 0.95, NAN, 16),
           *wide = timed("absolute", 10, 0, 20, 0.95, 1, 16),
           *noisy = timed("absolute", 10, 9.9, 10.1, 0.95, 4, 16);

    (void)state;
    assert_true(diff_kind_timed.read(narrow, "m", &side));
    assert_close(side.error, 1 / 2.1314495455598266, 1e-9);
    assert_true(diff_kind_timed.read(wide, "m", &side));
    assert_close(side.error, 10 / 2.1314495455598266, 1e-9);
    assert_true(diff_kind_timed.read(noisy, "m", &side));
    assert_close(side.error, sqrt(M_PI / 3), 1e-9);
    json_decref(narrow);
    json_decref(wide);
    json_decref(noisy);
}

/* Two documents without noise: memory of maps, for example. */
static void test_no_noise(void **state)
{
    struct change change = change_of(&diff_kind_timed, timed("absolute", 10, 10, 10, 0.95, 0, 16),
                                     timed("absolute", 12, 12, 12, 0.95, 0, 16), 1);

    (void)state;
    assert_close(change.low, 2, 0);
    assert_close(change.high, 2, 0);
}

/* What is not known makes no interval and no crash. */
static void test_unknown(void **state)
{
    struct change change = change_of(&diff_kind_timed, timed("relative", 0.1, 0.1, 0.1, 0.95, 0.1, 1),
                                     timed("relative", 0.1, 0, 0.2, 0.95, 0.1, 16), 1);
    struct side side;
    json_t *bad[] = {
        timed("relative", NAN, 0, 1, 0.95, 0.1, 16), timed("relative", -1, -1, -1, 0.95, 0.1, 16),
        timed("relative", -3, -4, 1e308, 7, -1, -16), json_pack("{s:[{s:s}]}", "metrics", "name", "m"),
        json_pack("{s:[{s:s, s:s, s:[]}]}", "metrics", "name", "m", "n", "many", "effect")};

    (void)state;
    assert_true(isnan(change.low) && isnan(change.high));
    assert_close(change.estimate, 0, 1e-12);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_true(diff_kind_timed.read(bad[i], "m", &side));
        assert_non_null(side.why);
        json_decref(bad[i]);
    }
}

static void test_huge(void **state)
{
    struct change change = change_of(&diff_kind_timed, timed("relative", 1e99, 1e98, 1e100, 0.95, 1e99, 16),
                                     timed("relative", 1e100, 1e99, 1e100, 0.95, 1e-300, 16), 1),
                  tiny = change_of(&diff_kind_timed, timed("absolute", 0, 0, 0, 0.95, 5e-324, 16),
                                   timed("absolute", 0, 0, 0, 0.95, 1e100, 16), 1);

    (void)state;
    assert_false(isnan(change.low) || isnan(change.high)); /* infinite is null in the document */
    assert_true(change.low >= -1);
    assert_true(tiny.high > 1e99 && tiny.low < -1e99);
}

/* --- coverage --- */

#define PAIRS 4000

/* As a run ends at look `look`: Hodges-Lehmann, the look's interval, the contrasts' deviation. */
static json_t *simulated(struct random *random, const struct look_plan *plan, unsigned look, double centre,
                         double sd)
{
    double contrasts[ESTIMATE_MAX];
    struct interval interval;
    unsigned n = plan->quads[look];

    for (unsigned i = 0; i < n; i++)
        contrasts[i] = centre + sd * random_normal(random);
    assert_int_equal(hodges_lehmann(contrasts, n, look_k(plan, look, 1), &interval), 0);
    return timed("relative", expm1(interval.estimate), expm1(interval.low), expm1(interval.high),
                 1 - 2 * plan->levels[look], sample_sd(contrasts, n), (int)n);
}

/* Share of pairs whose 95 % interval holds the true ratio of ratios. */
static double coverage(struct random *random, unsigned look_old, unsigned look_new, double sd_old,
                       double sd_new)
{
    struct look_plan plan;
    unsigned held = 0;
    double truth = expm1(0.25 - 0.10);

    assert_int_equal(look_plan_make(&plan, LOOKS_DEFAULT, 0), 0);
    for (unsigned i = 0; i < PAIRS; i++) {
        json_t *old = simulated(random, &plan, look_old, 0.10, sd_old),
               *new = simulated(random, &plan, look_new, 0.25, sd_new);
        struct change change = change_of(&diff_kind_timed, old, new, 1);

        held += change.low <= truth && truth <= change.high;
    }
    return (double)held / PAIRS;
}

/* Not below 93 %; and below 99 %, or it would see nothing. Three standard errors of a share are 1 %. */
static void test_coverage(void **state)
{
    static const unsigned looks[][2] = {{0, 0}, {0, 3}, {2, 1}, {3, 3}};
    struct random random;

    (void)state;
    random_seed(&random, 20261126);
    for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
        double alike = coverage(&random, looks[i][0], looks[i][1], 0.02, 0.02),
               unlike = coverage(&random, looks[i][0], looks[i][1], 0.05, 0.005);

        print_message("# %u and %u: coverage %.3f, %.3f\n", looks[i][0], looks[i][1], alike, unlike);
        assert_true(alike >= 0.93 && alike < 0.99);
        assert_true(unlike >= 0.93 && unlike < 0.99);
    }
}

/* --- exact --- */

/* `differences` over a baseline of 10,000 instructions, a seed each; ended by NaN. A new reference. */
static json_t *exact(const double *differences)
{
    json_t *seeds = json_array();

    for (int seed = 1; !isnan(*differences); differences++, seed++)
        json_array_append_new(seeds, json_pack("{s:i, s:[{s:s, s:f, s:f, s:f}]}", "seed", seed, "metrics",
                                               "name", "m", "baseline", 10000.0, "with_target",
                                               10000 + *differences, "difference", *differences));
    return json_pack("{s:{s:o}, s:[{s:s, s:s}]}", "exact", "seeds", seeds, "metrics", "name", "m", "unit",
                     "insn");
}

static void test_exact_seeds(void **state)
{
    static const double few[] = {346, 347, 345, NAN}, more[] = {380, 384, 382, NAN};
    struct change change = change_of(&diff_kind_exact, exact(few), exact(more), 1),
                  stretched = change_of(&diff_kind_exact, exact(few), exact(more), 1.1);
    struct side side;
    json_t *document = exact(few);

    (void)state;
    assert_close(change.estimate, 36, 1e-9);
    assert_close(change.low, 380 - 347, 1e-9);
    assert_close(change.high, 384 - 345, 1e-9);
    assert_true(isnan(change.level));
    /* low > 10 % of 346 exactly when the least of new is above 1.1 times the largest of old */
    assert_close(stretched.low - 34.6, 380 - 1.1 * 347, 1e-9);
    assert_close(stretched.high - 34.6, 384 - 1.1 * 345, 1e-9);
    assert_true(diff_kind_exact.read(document, "m", &side));
    assert_int_equal(side.n, 3);
    assert_string_equal(side.unit, "insn");
    assert_close(side.baseline, 10000, 1e-9);
    json_decref(document);
}

/* One seed says nothing of where things lie: 0.15 % of each baseline. */
static void test_exact_one_seed(void **state)
{
    static const double one[] = {346, NAN}, three[] = {346, 346, 346, NAN};
    struct change change = change_of(&diff_kind_exact, exact(one), exact(one), 1),
                  half = change_of(&diff_kind_exact, exact(one), exact(three), 1),
                  none = change_of(&diff_kind_exact, exact(three), exact(three), 1);

    (void)state;
    assert_close(change.high, 30, 1e-9);
    assert_close(change.low, -30, 1e-9);
    assert_close(half.high, 15, 1e-9);
    assert_close(none.high, 0, 0);
}

static void test_exact_tolerant(void **state)
{
    static const char *const texts[] = {
        "{}",
        "{\"exact\": null, \"metrics\": []}",
        "{\"exact\": {\"seeds\": 3}, \"metrics\": 4}",
        "{\"exact\": {\"seeds\": [null, 3, {}, {\"metrics\": {}}, {\"metrics\": [null, {\"name\": 5}]}]}}",
    };
    static const char *const unknown[] = {
        "{\"exact\": {\"seeds\": [{\"metrics\": [{\"name\": \"m\"}]}]}}",
        "{\"exact\": {\"seeds\": [{\"metrics\": [{\"name\": \"m\", \"difference\": \"many\"}]}]}}",
        "{\"exact\": {\"seeds\": [{\"metrics\": [{\"name\": \"m\", \"difference\": 1e308}]}]}}",
    };
    const char *fallback = "{\"metrics\": [{\"name\": \"m\", \"unit\": \"insn\", \"baseline\": 100,"
                           " \"absolute\": {\"estimate\": 5, \"low\": 4, \"high\": 6}}]}";
    struct side side;
    json_t *document;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        document = json_loads(texts[i], 0, NULL);
        assert_false(diff_kind_exact.read(document, "m", &side));
        json_decref(document);
    }
    for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
        document = json_loads(unknown[i], 0, NULL);
        assert_true(diff_kind_exact.read(document, "m", &side));
        assert_non_null(side.why);
        json_decref(document);
    }
    document = json_loads(fallback, 0, NULL);
    assert_true(diff_kind_exact.read(document, "m", &side));
    assert_null(side.why);
    assert_close(side.centre, 5, 0);
    assert_close(side.high, 6, 0);
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ratio_of_ratios),
        cmocka_unit_test(test_difference_of_differences),
        cmocka_unit_test(test_error_of_the_width),
        cmocka_unit_test(test_no_noise),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_huge),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_exact_seeds),
        cmocka_unit_test(test_exact_one_seed),
        cmocka_unit_test(test_exact_tolerant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
