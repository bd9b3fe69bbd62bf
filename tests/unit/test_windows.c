/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of windows: kept and read again, and noise made like a recording's. */
#include "tests/bench/windows.h"
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "orchestrator/stats/allan.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static FILE *text(const char *content)
{
    FILE *file = tmpfile();

    assert_non_null(file);
    fputs(content, file);
    rewind(file);
    return file;
}

static void test_round_trip(void **state)
{
    CLEANUP(windows_free) struct windows one = {0};
    CLEANUP(windows_free) struct windows other = {0};
    OWNED_FILE FILE *file = tmpfile();

    (void)state;
    assert_int_equal(windows_alloc(&one, 3, 2, 0.3), 0);
    for (unsigned i = 0; i < 3; i++) {
        one.y[i] = 8.25 + 0.001 * i;
        one.r[0][i] = -0.5 * i;
        one.r[1][i] = 1e-6 * i;
    }
    assert_int_equal(windows_write(&one, file), 0);
    rewind(file);
    assert_int_equal(windows_read(&other, file), 0);
    assert_true(other.count == 3 && other.kinds == 2 && fabs(other.window_s - 0.3) < 1e-9);
    for (unsigned i = 0; i < 3; i++)
        assert_true(fabs(one.y[i] - other.y[i]) < 1e-6 && fabs(one.r[0][i] - other.r[0][i]) < 1e-6 &&
                    fabs(one.r[1][i] - other.r[1][i]) < 1e-6);
}

static void test_bad_input(void **state)
{
    static const char *const bad[] = {"",
                                      "1 2\n",
                                      "# windows 99 0.3\n1\n",
                                      "# windows 1 0\n1 2\n",
                                      "# windows 1 0.3\n1\n",
                                      "# windows 1 0.3\n1 2 3\n",
                                      "# windows 1 0.3\n1 nan\n",
                                      "# windows 1 0.3\n1 2\nx y\n"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        struct windows windows = {0};
        OWNED_FILE FILE *file = text(bad[i]);

        assert_int_equal(windows_read(&windows, file), -EINVAL);
        assert_null(windows.y);
    }
}

#define SUMMARY                                                                                              \
    "one.jsonl: 9 windows of 0.10 s\n| 0.3 s | 1.50 % | 32 | 2.00 % | 1.00 % | 2.0 |\n"                      \
    "two.jsonl: 9 windows of 0.10 s\n| 0.1 s | 9 % | 32 | 9 % | 9 % | 9.0 |\n"                               \
    "| 0.3 s | 2.82 % | 1440 | 2.95 % | 2.65 % | 1.2 |\n"

static void test_summary(void **state)
{
    OWNED_FILE FILE *file = text(SUMMARY);
    struct recording_summary summary;

    (void)state;
    assert_int_equal(recording_summary_read(&summary, file, "two.jsonl"), 0);
    assert_true(fabs(summary.deviation - 0.0282) < 1e-9 && fabs(summary.factor - 1.2) < 1e-9);
    rewind(file);
    assert_int_equal(recording_summary_read(&summary, file, "two"), -ENOENT);
}

static double quads_deviation(const double *x, unsigned quads)
{
    double sum = 0;

    for (unsigned q = 0; q < quads; q++)
        sum += x[q] * x[q];
    return sum;
}

/* Sums of squares of the contrasts of quads made of neighbouring windows, 32 at a time as in a run. */
static void quad_factor(const struct windows *windows, double *raw_sd, double *factor)
{
    double raw[32], adjusted[32], raw_sum = 0, adjusted_sum = 0;
    unsigned quads = 0;
    char arms[129];

    for (unsigned i = 0; i < 128; i++)
        arms[i] = "ABBA"[i % 4];
    for (unsigned at = 0; at + 128 <= windows->count; at += 128, quads += 32) {
        struct adjust_output output = {.raw = raw, .adjusted = adjusted};
        struct adjust_input input = {
            .quads = 32, .kinds = 1, .y = windows->y + at, .r = {windows->r[0] + at}, .arms = arms};

        assert_int_equal(adjust_contrasts(&input, &output), 0);
        raw_sum += quads_deviation(raw, 32);
        adjusted_sum += quads_deviation(adjusted, 32);
    }
    *raw_sd = sqrt(raw_sum / quads);
    *factor = sqrt(raw_sum / adjusted_sum);
}

/* udp_rr in tests/data/recordings.md: 3.4 to 3.5 % from 0.3 to 4 s, 3.5 % a quad, factor 1.2. */
static void test_noise_like_a_recording(void **state)
{
    struct recording_summary like = {.deviation = 0.0338, .factor = 1.2};
    CLEANUP(windows_free) struct windows windows = {0};
    struct random random;
    double raw, factor;

    (void)state;
    random_seed(&random, 20261127);
    assert_int_equal(windows_alloc(&windows, 200000, 1, 0.3), 0);
    flicker_fill(&windows, &random, &like, flicker_unit());
    for (unsigned width = 1; width <= 13; width++)
        assert_true(fabs(allan_deviation(windows.y, windows.count, width) - 0.0345) < 0.0015);
    quad_factor(&windows, &raw, &factor);
    assert_true(fabs(raw - 0.0352) < 0.001);
    assert_true(fabs(factor - 1.2) < 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_noise_like_a_recording),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
