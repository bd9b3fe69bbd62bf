/* SPDX-License-Identifier: GPL-2.0 */
#include "base/units.h"
#include "base/cleanup.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct suffix {
    const char *text;
    enum dimension dimension;
    double factor;
};

static const struct suffix suffixes[] = {
    {"", DIMENSION_NONE, 1},
    {"k", DIMENSION_NONE, 1e3},
    {"M", DIMENSION_NONE, 1e6},
    {"%", DIMENSION_PERCENT, 0.01},
    {"ns", DIMENSION_TIME, 1},
    {"us", DIMENSION_TIME, 1e3},
    {"ms", DIMENSION_TIME, 1e6},
    {"s", DIMENSION_TIME, 1e9},
    {"m", DIMENSION_TIME, 60e9},
    {"min", DIMENSION_TIME, 60e9},
    {"h", DIMENSION_TIME, 3600e9},
    {"B", DIMENSION_BYTES, 1},
    {"kB", DIMENSION_BYTES, 1e3},
    {"MB", DIMENSION_BYTES, 1e6},
    {"GB", DIMENSION_BYTES, 1e9},
    {"KiB", DIMENSION_BYTES, 1024},
    {"MiB", DIMENSION_BYTES, 1048576},
    {"GiB", DIMENSION_BYTES, 1073741824},
    {"cores", DIMENSION_CORES, 1},
    {"core", DIMENSION_CORES, 1},
    {"/s", DIMENSION_RATE, 1},
    {"k/s", DIMENSION_RATE, 1e3},
    {"M/s", DIMENSION_RATE, 1e6},
    {"B/s", DIMENSION_BYTE_RATE, 1},
    {"kB/s", DIMENSION_BYTE_RATE, 1e3},
    {"MB/s", DIMENSION_BYTE_RATE, 1e6},
    {"GB/s", DIMENSION_BYTE_RATE, 1e9},
};

/*
 * All that is typed becomes an integer somewhere (ns, bytes, operations a second): 1e18 fits in 64 bits, and
 * is 31 years or an exbibyte. A number that is smaller as typed may not be in the stored unit.
 */
#define MOST 1e18

static int not_usable(const char *text, const char *what, struct error *error)
{
    return error_set(error, EXIT_USAGE, -EINVAL, "%s: \"%s\" is not a number that can be used", what, text);
}

int quantity_parse(const char *text, const char *what, struct quantity *quantity, struct error *error)
{
    char *end = NULL;
    double number;

    /* strtod also takes "nan", "inf" and hexadecimal; nobody means those here. */
    if (!strchr("0123456789.", text[0]) || text[0] == '\0' || (text[0] == '0' && (text[1] | 32) == 'x'))
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "%s: \"%s\" is not a number; write for example 5%%, 500ns, 0.5s or 200MiB", what,
                         text);
    number = strtod(text, &end);
    if (end == text)
        return not_usable(text, what, error);
    for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
        if (strcmp(end, suffixes[i].text) != 0)
            continue;
        if (!(number * suffixes[i].factor <= MOST))
            return not_usable(text, what, error);
        *quantity = (struct quantity){number * suffixes[i].factor, suffixes[i].dimension};
        return 0;
    }
    return error_set(
        error, EXIT_USAGE, -EINVAL,
        "%s: \"%s\" ends in an unknown unit \"%s\"; units are %% ns us ms s min h B kB MB GB KiB MiB GiB "
        "cores /s k/s M/s B/s kB/s MB/s GB/s, and k or M for plain numbers",
        what, text, end);
}

int quantity_parse_time_ns(const char *text, const char *what, double *ns, struct error *error)
{
    struct quantity quantity;
    int result = quantity_parse(text, what, &quantity, error);

    if (result)
        return result;
    if (quantity.dimension == DIMENSION_NONE)
        quantity.number *= 1e9;
    else if (quantity.dimension != DIMENSION_TIME)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "%s: \"%s\" is not a time; write seconds, or for example 250ms", what, text);
    if (!(quantity.number <= MOST))
        return not_usable(text, what, error);
    *ns = quantity.number;
    return 0;
}

int quantity_parse_some_time_ns(const char *text, const char *what, double *ns, struct error *error)
{
    int result = quantity_parse_time_ns(text, what, ns, error);

    if (result == 0 && *ns < 1)
        return error_set(error, EXIT_USAGE, -EINVAL, "%s: \"%s\" is no time at all; write a longer one", what,
                         text);
    return result;
}

struct scale {
    const char *unit;
    double step;
    const char *names[5];
};

static const struct scale scales[] = {
    {"ns", 1000, {"ns", "us", "ms", "s", NULL}},
    {"bytes", 1024, {"B", "KiB", "MiB", "GiB", NULL}},
    {"insn", 1000, {"insn", "kinsn", "Minsn", "Ginsn", NULL}},
    {"1/s", 1000, {"/s", "k/s", "M/s", NULL}},
    {"bytes/s", 1000, {"B/s", "kB/s", "MB/s", "GB/s", NULL}},
};

double quantity_scale(double number, const char *unit, const char **name)
{
    double divisor = 1;

    *name = unit;
    for (size_t i = 0; i < ARRAY_SIZE(scales); i++) {
        unsigned step = 0;

        if (strcmp(unit, scales[i].unit) != 0)
            continue;
        while (fabs(number / divisor) >= scales[i].step && scales[i].names[step + 1]) {
            divisor *= scales[i].step;
            step++;
        }
        *name = scales[i].names[step];
    }
    return divisor;
}

char *quantity_format(char *text, size_t size, double number, const char *unit)
{
    const char *name;
    double divisor = quantity_scale(number, unit, &name);

    snprintf(text, size, "%.4g%s%s", number / divisor, name[0] ? " " : "", name);
    return text;
}
