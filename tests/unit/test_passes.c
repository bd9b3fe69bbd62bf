/* SPDX-License-Identifier: GPL-2.0 */
/* What passes over a row come to: known costs, a core whose clock changes, passes that fail. */
#include "tests/unit/unit.h"
#include "orchestrator/micro/passes.h"
#include "base/cleanup.h"
#include "base/random.h"

#include <math.h>
#include <string.h>

#define PASSES      8
#define REPETITIONS 3
#define CLOCK_NS    0.8

static const struct micro_row row = {.width_ns = 1, .width_share = 1};

static struct micro_result result_of(double ns)
{
    struct micro_result result = {.count = REPETITIONS, .status = ROW_MEASURED, .detail = json_object()};

    for (unsigned i = 0; i < REPETITIONS; i++)
        result.values[i] = ns + 0.01 * i;
    json_object_set_new(result.detail, "bare_run_ns", json_real(ns / 2));
    json_object_set_new(result.detail, "rounds", json_integer(64));
    return result;
}

static struct micro_result failed(enum row_status status, const char *reason)
{
    struct micro_result result = {.status = status};

    snprintf(result.reason, sizeof(result.reason), "%s", reason);
    return result;
}

/* Passes that cost ns each at the reference clock, on a core that runs `slower` in every other one. */
static struct micro_figure combined(const struct micro_row *its_row, const double ns[PASSES], double slower)
{
    CLEANUP(passes_free) struct row_passes passes = {.kept = 0};
    struct micro_figure figure;

    for (unsigned pass = 0; pass < PASSES; pass++) {
        double factor = pass % 2 ? slower : 1;
        struct micro_result result = result_of(ns[pass] * factor);

        passes_keep(&passes, &result, CLOCK_NS * factor);
    }
    passes_combine(&passes, its_row, CLOCK_NS, &figure);
    return figure;
}

static double detail(const struct micro_figure *figure, const char *key)
{
    return json_number_value(json_object_get(figure->detail, key));
}

static void the_clock_is_taken_out(void **state)
{
    const double ns[PASSES] = {100, 100, 100, 100, 100, 100, 100, 100};
    struct micro_row by_clock = row;
    struct micro_figure figure = combined(&row, ns, 1.06);

    (void)state;
    assert_int_equal(figure.status, ROW_MEASURED);
    assert_true(fabs(figure.cost.estimate - 100.01) < 1e-3);
    assert_true(figure.cost.high - figure.cost.low < 0.01);
    assert_int_equal(figure.repetitions, PASSES * REPETITIONS);
    json_decref(figure.detail);
    by_clock.by_clock = true; /* it took as long as the clock said, whatever the core did */
    figure = combined(&by_clock, ns, 1.06);
    assert_true(fabs(figure.cost.estimate - 103) < 0.1);
    assert_true(figure.cost.high - figure.cost.low > 5);
    json_decref(figure.detail);
}

static void passes_that_differ_are_in_the_interval(void **state)
{
    const double ns[PASSES] = {97, 98, 99, 100, 100, 101, 102, 103};
    struct micro_figure figure = combined(&row, ns, 1);

    (void)state;
    assert_true(fabs(figure.cost.estimate - 100.01) < 1e-9);
    /* Walsh averages of the medians; signed_rank_k(8, 0.025) is 3: the fourth from either end */
    assert_true(fabs(figure.cost.low - 98.51) < 1e-9 || fabs(figure.cost.low - 98.01) < 1e-9);
    assert_true(fabs(figure.cost.high + figure.cost.low - 200.02) < 1e-9);
    assert_true(detail(&figure, "loads_sd_ns") > 100 * detail(&figure, "within_load_sd_ns"));
    assert_true(fabs(detail(&figure, "bare_run_ns") - 50) < 1e-9); /* median of what is measured */
    assert_int_equal(detail(&figure, "rounds"), 64);
    json_decref(figure.detail);
}

static void too_far_apart_is_no_figure(void **state)
{
    const double ns[PASSES] = {1, 1, 1, 2, 3, 5, 5, 5};
    struct micro_figure figure = combined(&row, ns, 1);

    (void)state;
    assert_int_equal(figure.status, ROW_UNTRUSTWORTHY);
    assert_non_null(strstr(figure.reason, "its loads differ"));
    json_decref(figure.detail);
}

static void most_have_to_hold(void **state)
{
    CLEANUP(passes_free) struct row_passes passes = {.kept = 0};
    struct micro_figure figure;
    struct micro_result result;

    (void)state;
    for (unsigned pass = 0; pass < 7; pass++) {
        result = result_of(50);
        passes_keep(&passes, &result, CLOCK_NS);
    }
    for (unsigned pass = 0; pass < 6; pass++) {
        result = failed(ROW_UNTRUSTWORTHY, "not proportional");
        passes_keep(&passes, &result, CLOCK_NS);
    }
    passes_combine(&passes, &row, CLOCK_NS, &figure);
    assert_int_equal(figure.status, ROW_MEASURED);
    assert_string_equal(figure.reason, "");
    assert_int_equal(detail(&figure, "loads_dropped"), 6);
    json_decref(figure.detail);
    result = failed(ROW_UNTRUSTWORTHY, "not proportional");
    passes_keep(&passes, &result, CLOCK_NS);
    passes_combine(&passes, &row, CLOCK_NS, &figure);
    assert_int_equal(figure.status, ROW_UNTRUSTWORTHY);
    assert_string_equal(figure.reason, "not proportional");
}

static void what_is_lacking_is_unsupported(void **state)
{
    CLEANUP(passes_free) struct row_passes passes = {.kept = 0};
    struct micro_result result = failed(ROW_UNSUPPORTED, "no kprobes");
    struct micro_figure figure;

    (void)state;
    passes_keep(&passes, &result, CLOCK_NS);
    passes_combine(&passes, &row, CLOCK_NS, &figure);
    assert_int_equal(figure.status, ROW_UNSUPPORTED);
    assert_string_equal(figure.reason, "no kprobes");
    assert_true(isnan(figure.cost.estimate));
}

/* --exact: one repetition of one pass, as it was counted. */
static void one_repetition_is_itself(void **state)
{
    CLEANUP(passes_free) struct row_passes passes = {.kept = 0};
    struct micro_result result = {
        .values = {1435.125}, .count = 1, .status = ROW_MEASURED, .detail = json_object()};
    struct micro_figure figure;

    (void)state;
    passes_keep(&passes, &result, NAN);
    passes_combine(&passes, &row, NAN, &figure);
    assert_true(figure.cost.estimate == 1435.125 && figure.cost.low == 1435.125);
    json_decref(figure.detail);
}

/* funclatency: nothing is known but where the value lies, and that must not look like a digit. */
static void bounds_stay_bounds(void **state)
{
    CLEANUP(passes_free) struct row_passes passes = {.kept = 0};
    struct micro_result result = {.values = {767.5},
                                  .count = 1,
                                  .ranged = true,
                                  .low = 512,
                                  .high = 1023,
                                  .status = ROW_MEASURED,
                                  .detail = json_object()};
    struct micro_figure figure;

    (void)state;
    passes_keep(&passes, &result, NAN);
    passes_combine(&passes, &row, NAN, &figure);
    assert_int_equal(figure.status, ROW_MEASURED);
    assert_true(figure.cost.estimate == 767.5 && figure.cost.low == 512 && figure.cost.high == 1023);
    json_decref(figure.detail);
}

static void an_order_has_each_once(void **state)
{
    unsigned order[100], seen = 0, in_place = 0;
    bool there[100] = {false};
    struct random random;

    (void)state;
    random_seed(&random, 3);
    passes_order(&random, order, 100);
    for (unsigned i = 0; i < 100; i++) {
        seen += !there[order[i]];
        there[order[i]] = true;
        in_place += order[i] == i;
    }
    assert_int_equal(seen, 100);
    assert_true(in_place < 10);
}

/* Want of memory is no property of the machine: the row says that it may pass. */
static void what_may_pass_is_told_from_what_is_lacking(void **state)
{
    (void)state;
    for (unsigned may_pass = 0; may_pass < 2; may_pass++) {
        CLEANUP(passes_free) struct row_passes passes = {.kept = 0};
        struct micro_result result = failed(ROW_UNSUPPORTED, "out of memory");
        struct micro_figure figure;

        result.may_pass = may_pass;
        passes_keep(&passes, &result, CLOCK_NS);
        passes_combine(&passes, &row, CLOCK_NS, &figure);
        assert_int_equal(figure.status, ROW_UNSUPPORTED);
        assert_int_equal(json_is_true(json_object_get(figure.detail, "may_pass")), may_pass);
        json_decref(figure.detail);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_is_taken_out),
        cmocka_unit_test(passes_that_differ_are_in_the_interval),
        cmocka_unit_test(too_far_apart_is_no_figure),
        cmocka_unit_test(most_have_to_hold),
        cmocka_unit_test(what_is_lacking_is_unsupported),
        cmocka_unit_test(one_repetition_is_itself),
        cmocka_unit_test(bounds_stay_bounds),
        cmocka_unit_test(an_order_has_each_once),
        cmocka_unit_test(what_may_pass_is_told_from_what_is_lacking),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
