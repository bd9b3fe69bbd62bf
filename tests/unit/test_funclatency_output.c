/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"

#include "agents/funclatency_output.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Recorded: libbpf-tools 0.26, kernel 6.1, a clock that counts instructions. */
static const char recorded[] =
    "Tracing bpf_ringbuf_output.  Hit Ctrl-C to exit\n"
    "\n"
    "     nsec                : count    distribution\n"
    "         0 -> 1          : 0        |                                        |\n"
    "         2 -> 3          : 0        |                                        |\n"
    "         4 -> 7          : 0        |                                        |\n"
    "         8 -> 15         : 0        |                                        |\n"
    "        16 -> 31         : 0        |                                        |\n"
    "        32 -> 63         : 0        |                                        |\n"
    "        64 -> 127        : 0        |                                        |\n"
    "       128 -> 255        : 0        |                                        |\n"
    "       256 -> 511        : 0        |                                        |\n"
    "       512 -> 1023       : 24185    |****************************************|\n"
    "      1024 -> 2047       : 0        |                                        |\n"
    "      2048 -> 4095       : 6        |                                        |\n"
    "      4096 -> 8191       : 1        |                                        |\n"
    "Exiting trace of bpf_ringbuf_output\n";

static int parse(const char *text, struct latency_histogram *histogram)
{
    return funclatency_parse(text_of(text, strlen(text)), histogram);
}

static void a_recorded_histogram_is_read(void **state)
{
    struct latency_histogram histogram;
    struct latency_median median;

    (void)state;
    assert_int_equal(parse(recorded, &histogram), 0);
    assert_int_equal(histogram.bucket_count, 13);
    assert_int_equal(histogram.calls, 24192);
    assert_int_equal(histogram.buckets[0].low, 0);
    assert_int_equal(histogram.buckets[9].count, 24185);
    assert_int_equal(histogram.buckets[12].high, 8191);
    assert_true(isnan(histogram.average_ns));
    median = latency_median(&histogram);
    assert_float_equal(median.low, 512, 0);
    assert_float_equal(median.high, 1023, 0);
    assert_in_range((uintmax_t)median.ns, 512, 1023);
}

static void the_mean_is_read_where_there_is_one(void **state)
{
    struct latency_histogram histogram;

    (void)state;
    assert_int_equal(parse("     nsecs               : count     distribution\n"
                           "         0 -> 1          : 0        |                    |\n"
                           "         2 -> 3          : 7        |********************|\n"
                           "\n"
                           "avg = 309 nsecs, total: 2163 nsecs, count: 7\n",
                           &histogram),
                     0);
    assert_float_equal(histogram.average_ns, 309, 0);
}

static void the_median_is_in_the_bucket_that_holds_it(void **state)
{
    struct latency_histogram histogram;
    struct latency_median median;

    (void)state;
    assert_int_equal(parse(" nsec : count distribution\n"
                           " 0 -> 1 : 1 |*|\n 2 -> 3 : 0 ||\n 4 -> 7 : 2 |**|\n 8 -> 15 : 1 |*|\n",
                           &histogram),
                     0);
    median = latency_median(&histogram);
    assert_float_equal(median.low, 4, 0);
    assert_float_equal(median.high, 7, 0);
    assert_float_equal(median.ns, 5.5, 1e-9);
}

static void the_last_of_several_stands(void **state)
{
    struct latency_histogram histogram;

    (void)state;
    assert_int_equal(parse(" nsec : count distribution\n 0 -> 1 : 1 |*|\n\n"
                           " nsec : count distribution\n 0 -> 1 : 5 |*|\n 2 -> 3 : 2 |*|\n",
                           &histogram),
                     0);
    assert_int_equal(histogram.bucket_count, 2);
    assert_int_equal(histogram.calls, 7);
}

/* A function that nothing calls: no histogram is printed. It must not pass for a cost of nothing. */
static void nothing_counted_is_no_figure(void **state)
{
    static const char *const texts[] = {
        "", "Tracing htab_map_update_elem.  Hit Ctrl-C to exit\n\nExiting trace of htab_map_update_elem\n",
        " nsec : count distribution\n", " nsec : count distribution\n 0 -> 1 : 0 ||\n",
        /* buckets without their header are somebody's data */
        " 0 -> 1 : 5 |*|\n"};
    struct latency_histogram histogram;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(parse(texts[i], &histogram), -ENODATA);
}

static void what_is_broken_is_refused(void **state)
{
    static const char *const texts[] = {
        " usec : count distribution\n 0 -> 1 : 1 |*|\n",                      /* another unit */
        " nsec : count distribution\n 0 -> 1 : 1 |*|\n 4 -> 7 : 1 |*|\n",     /* a line is missing */
        " nsec : count distribution\n 0 -> 1 : 1 |*|\n 2 -> 3 : 12",          /* cut short */
        " nsec : count distribution\n 0 -> 1 : -2147483648 |*|\n",            /* printed as an int */
        " nsec : count distribution\n 3 -> 1 : 1 |*|\n",                      /* upside down */
        " nsec : count distribution\n 0 -> 1 : 99999999999999999999999 |*|\n" /* no number */
        " nsec : count distribution\n 0 -> 1 : 18446744073709551615 |*|\n 2 -> 3 : 1 |*|\n",
    };
    struct latency_histogram histogram;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(parse(texts[i], &histogram), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorded_histogram_is_read),
        cmocka_unit_test(the_mean_is_read_where_there_is_one),
        cmocka_unit_test(the_median_is_in_the_bucket_that_holds_it),
        cmocka_unit_test(the_last_of_several_stands),
        cmocka_unit_test(nothing_counted_is_no_figure),
        cmocka_unit_test(what_is_broken_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
