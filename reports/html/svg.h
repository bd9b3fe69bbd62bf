/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inline SVG that keeps its letters' size at every width: x is a share of the width and y is in pixels, so
 * that a phone sees the plot narrower and not smaller. Colours are classes (style.c), light and dark.
 */
#pragma once

#include "reports/html/axis.h"

#include <stdio.h>

struct svg {
    FILE *out;
    unsigned number; /* of the figure, for its ids */
};

/* role="img" with its title and description. */
void svg_begin(const struct svg *svg, unsigned height, const char *title, const char *description);
void svg_end(const struct svg *svg);

/* `class` is a name of style.c; x in shares of the width. */
void svg_line(const struct svg *svg, const char *class, double x1, double y1, double x2, double y2);
void svg_rect(const struct svg *svg, const char *class, double x, double y, double width, double height);
/* Written from x on, up to it ("end") or around it ("middle"). */
void svg_text(const struct svg *svg, const char *class, const char *anchor, double x, double y,
              const char *text);
/* A mark (svg_marks()); with `title` not NULL it is shown under the pointer. */
void svg_mark(const struct svg *svg, const char *mark, double x, double y, const char *title);
/* Lines down at round numbers, labelled under `bottom`. */
void svg_x_axis(const struct svg *svg, const struct axis *axis, double top, double bottom, bool relative,
                const char *unit);
/* Lines across at round numbers, labelled above each at the left. */
void svg_y_axis(const struct svg *svg, const struct axis *axis, double top, double bottom, const char *unit);

/* Once a page: the marks "off", "on", "second", "bad" and "beyond". */
void svg_marks(FILE *out);
/* An entry of a list of what the marks mean. */
void svg_legend(FILE *out, const char *mark, const char *text);
