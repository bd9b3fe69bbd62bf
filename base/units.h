/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers as people type them: "0.25" or "250ms", "5%", "500ns", "0.10cores", "200MiB", "10k/s". One table
 * of suffixes with the dimension each belongs to; what a number means is the caller's business.
 */
#pragma once

#include "base/error.h"

#include <stddef.h>

enum dimension {
    DIMENSION_NONE,      /* plain number, k and M allowed */
    DIMENSION_PERCENT,   /* stored as a share: 5% is 0.05 */
    DIMENSION_TIME,      /* stored in ns */
    DIMENSION_BYTES,     /* stored in bytes; k is 1000, Ki is 1024 */
    DIMENSION_CORES,     /* CPUs kept busy */
    DIMENSION_BYTE_RATE, /* bytes per second */
    DIMENSION_RATE,      /* per second */
};

struct quantity {
    double number; /* in the dimension's stored unit */
    enum dimension dimension;
};

/*
 * Parses the whole of `text`. A number without a suffix has DIMENSION_NONE. 0, or -EINVAL with a sentence
 * that names `what` and the units accepted; from 0 to 1e18 only, which fits in
 * 64 bits as an integer.
 */
int quantity_parse(const char *text, const char *what, struct quantity *quantity, struct error *error);

/* A time in ns; a bare number counts seconds. */
int quantity_parse_time_ns(const char *text, const char *what, double *ns, struct error *error);
/* The same where no time at all has no meaning: 1 ns at least. */
int quantity_parse_some_time_ns(const char *text, const char *what, double *ns, struct error *error);

/*
 * What to divide a number in `unit` by to print it, and the unit's name then (static): 12300 "ns" gives 1000
 * and "us". For several numbers that share one unit.
 */
double quantity_scale(double number, const char *unit, const char **name);

/* Human form of a number in a unit ("ns", "bytes", "cores", "1/s", ...): "12.3 us", "4.0 MiB". */
char *quantity_format(char *text, size_t size, double number, const char *unit);
