/* SPDX-License-Identifier: GPL-2.0 */
/* A plot of points over the time of a run. */
#pragma once

#include "reports/html/svg.h"

#include <stdbool.h>

struct scatter_point {
    double x, y;       /* seconds; in the plot's unit */
    const char *mark;  /* svg_marks() */
    const char *title; /* "quad 3, on"; borrowed */
};

struct scatter_line {
    double y;
    const char *class;
};

struct scatter {
    const struct scatter_point *points;
    size_t count;
    const struct scatter_line *lines; /* across the whole plot */
    size_t line_count;
    const char *unit;
    bool from_zero;
};

/*
 * Draws it. Points far beyond the others stand at the edge as marks of their own, so that the others can be
 * told apart; how many, that is.
 */
size_t scatter_draw(const struct svg *svg, const struct scatter *scatter, const char *title,
                    const char *description);
