/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows over one axis, each a line of words and below it a bar, an interval, marks: forest plot, CPU split,
 * waterfall, percentiles.
 */
#pragma once

#include "reports/figures.h"
#include "reports/html/svg.h"

#include <stdbool.h>
#include <stddef.h>

#define BARS_MAX 200

struct bar {
    const char *name;   /* at the left */
    const char *figure; /* at the right */
    bool strong;
    const char *class;        /* of the bar; NULL: none */
    double from, to;          /* the bar's ends */
    struct interval interval; /* its estimate gets `mark`; NaN: none */
    const char *mark;
    double second, third; /* more marks, "on" and "second"; NaN: none */
    double limit;         /* a budget; NaN: none */
};

struct bars {
    const struct bar *items;
    size_t count;
    bool relative; /* labels of the axis: percentages with a sign */
    const char *unit;
    const struct axis *axis; /* NULL: found, with zero in it */
};

unsigned bars_height(size_t count);
/* A figure of its own. */
void bars_draw(const struct svg *svg, const struct bars *bars, const char *title, const char *description);
/* Its rows and axis alone, from `top` on, in a figure that has been begun. */
void bars_put(const struct svg *svg, const struct bars *bars, double top);
