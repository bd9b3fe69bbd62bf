/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "base/units.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static void test_quantities(void **state)
{
    static const struct {
        const char *text;
        double number;
        enum dimension dimension;
    } rows[] = {
        {"0", 0, DIMENSION_NONE},         {"10k", 1e4, DIMENSION_NONE},
        {"1.5M", 1.5e6, DIMENSION_NONE},  {"5%", 0.05, DIMENSION_PERCENT},
        {"500ns", 500, DIMENSION_TIME},   {"1.5us", 1500, DIMENSION_TIME},
        {"250ms", 2.5e8, DIMENSION_TIME}, {"2s", 2e9, DIMENSION_TIME},
        {"1min", 6e10, DIMENSION_TIME},   {"200MiB", 209715200, DIMENSION_BYTES},
        {"1kB", 1000, DIMENSION_BYTES},   {"0.10cores", 0.1, DIMENSION_CORES},
        {"20k/s", 2e4, DIMENSION_RATE},   {".5s", 5e8, DIMENSION_TIME},
        {"1/s", 1, DIMENSION_RATE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct quantity quantity = {0};

        if (quantity_parse(rows[i].text, "x", &quantity, NULL))
            fail_msg("%s is refused", rows[i].text);
        assert_true(fabs(quantity.number - rows[i].number) <= 1e-12 * rows[i].number);
        assert_int_equal(quantity.dimension, rows[i].dimension);
    }
}

static void test_mistakes(void **state)
{
    static const char *const texts[] = {"",    "x",     "-1",      "+1", "nan", "inf",  "0x10",  "5%%",
                                        "5 %", "1e999", "5parsec", "ns", " 1",  "1e19", "1e60s", "2e18B"};
    struct quantity quantity;
    struct error error;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        error = (struct error){0};
        if (quantity_parse(texts[i], "--window", &quantity, &error) != -EINVAL)
            fail_msg("\"%s\" is taken", texts[i]);
        assert_int_equal(error.status, EXIT_USAGE);
        assert_non_null(strstr(error.message, "--window"));
    }
}

static void test_time(void **state)
{
    double ns = 0;

    (void)state;
    assert_int_equal(quantity_parse_time_ns("1e10", "x", &ns, NULL),
                     -EINVAL); /* of ns, too many for an integer */
    assert_int_equal(quantity_parse_time_ns("0.25", "x", &ns, NULL), 0);
    assert_true(ns == 2.5e8);
    assert_int_equal(quantity_parse_time_ns("250ms", "x", &ns, NULL), 0);
    assert_true(ns == 2.5e8);
    assert_int_equal(quantity_parse_time_ns("0", "x", &ns, NULL), 0);
    assert_int_equal(quantity_parse_some_time_ns("0", "x", &ns, NULL), -EINVAL);
    assert_int_equal(quantity_parse_some_time_ns("0.1ns", "x", &ns, NULL), -EINVAL);
    assert_int_equal(quantity_parse_some_time_ns("1ms", "x", &ns, NULL), 0);
    assert_int_equal(quantity_parse_time_ns("5%", "x", &ns, NULL), -EINVAL);
    assert_int_equal(quantity_parse_time_ns("5MiB", "x", &ns, NULL), -EINVAL);
    /* Finite as typed, not in ns. */
    assert_int_equal(quantity_parse_time_ns("1e308", "x", &ns, NULL), -EINVAL);
    assert_int_equal(quantity_parse_time_ns("1e308h", "x", &ns, NULL), -EINVAL);
    assert_int_equal(quantity_parse("1e308k", "x", &(struct quantity){0}, NULL), -EINVAL);
}

static void test_format(void **state)
{
    char text[32];

    (void)state;
    assert_string_equal(quantity_format(text, sizeof(text), 160, "ns"), "160 ns");
    assert_string_equal(quantity_format(text, sizeof(text), 12300, "ns"), "12.3 us");
    assert_string_equal(quantity_format(text, sizeof(text), -2.5e9, "ns"), "-2.5 s");
    assert_string_equal(quantity_format(text, sizeof(text), 4 << 20, "bytes"), "4 MiB");
    assert_string_equal(quantity_format(text, sizeof(text), 20000, "1/s"), "20 k/s");
    assert_string_equal(quantity_format(text, sizeof(text), 0.1, "cores"), "0.1 cores");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantities),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_format),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
