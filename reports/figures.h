/* SPDX-License-Identifier: GPL-2.0 */
/* Figures as people read them. Each function writes into `text` and returns it; unknown gives "". */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define FIGURE_TEXT 96

/* NaN where unknown. */
struct interval {
    double estimate, low, high;
};

/* Of an object with estimate, low and high; all NaN for anything else. */
struct interval figure_interval(const json_t *object);

/* Is the text at `path` "relative"? */
bool figure_is_relative(const json_t *node, const char *path);

/* "163.2 ns", "5.656 MiB", "99.8 %" for the unit "share". */
char *figure_quantity(char *text, size_t size, double number, const char *unit);

/*
 * "+4.80 % [+4.10, +5.50]" when relative, else "+214 ns [+209, +220]": one unit and one number of digits for
 * all three. Without an interval it says so: a figure never stands alone.
 */
char *figure_change(char *text, size_t size, struct interval change, bool relative, const char *unit);

/*
 * The estimate of such a text alone, with its unit. Returns what follows it in `change`: the interval, or the
 * remark that there is none, in any language of ours; "" when there is neither.
 */
const char *figure_split(char *estimate, size_t size, const char *change);

/* A rough size, two digits and no sign: "2.1 %", "9.8 ns". */
char *figure_size(char *text, size_t size, double number, bool relative, const char *unit);

/* "31 s", "2 min 5 s", "1 h 12 min". */
char *figure_seconds(char *text, size_t size, double seconds);

/* "1.8 %" of a share. */
char *figure_percent(char *text, size_t size, double share);
