/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/html/scatter.h"
#include "base/cleanup.h"
#include "base/i18n.h"
#include "reports/figures.h"

#include <math.h>
#include <stdlib.h>

#define HEIGHT      280
#define TOP         26.0
#define BOTTOM      252.0
#define POINTS_MOST 4000 /* drawn; more are ink on ink */

static int compare(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;

    return (a > b) - (a < b);
}

/*
 * The axis goes as far beyond the nine tenths in the middle as three times their spread; what is farther
 * out is an outlier.
 */
static bool find_y_axis(struct axis *axis, const struct scatter *scatter)
{
    OWNED_PTR double *sorted = calloc(scatter->count + 1, sizeof(*sorted));
    double low, high, spread;

    if (!sorted || scatter->count == 0)
        return false;
    for (size_t i = 0; i < scatter->count; i++)
        sorted[i] = scatter->points[i].y;
    qsort(sorted, scatter->count, sizeof(*sorted), compare);
    low = sorted[scatter->count / 20];
    high = sorted[scatter->count - 1 - scatter->count / 20];
    spread = fmax(high - low, fabs(high) * 0.02);
    axis_widen(axis, fmax(sorted[0], low - 3 * spread));
    axis_widen(axis, fmin(sorted[scatter->count - 1], high + 3 * spread));
    if (scatter->from_zero)
        axis_widen(axis, 0);
    for (size_t i = 0; i < scatter->line_count; i++)
        axis_widen(axis, scatter->lines[i].y);
    return true;
}

static double find_x_end(const struct scatter *scatter)
{
    double end = 0;

    for (size_t i = 0; i < scatter->count; i++)
        end = fmax(end, scatter->points[i].x);
    return end;
}

static double height_of(const struct axis *axis, double value)
{
    return BOTTOM - axis_place(axis, value) * (BOTTOM - TOP);
}

static bool draw_point(const struct svg *svg, const struct scatter *scatter, const struct axis *x,
                       const struct axis *y, const struct scatter_point *point)
{
    bool beyond = point->y > y->high || point->y < y->low;
    char title[200], text[FIGURE_TEXT];

    snprintf(title, sizeof(title), "%s: %s", point->title,
             figure_quantity(text, sizeof(text), point->y, scatter->unit));
    svg_mark(svg, beyond ? "beyond" : point->mark, axis_place(x, point->x), height_of(y, point->y), title);
    return beyond;
}

size_t scatter_draw(const struct svg *svg, const struct scatter *scatter, const char *title,
                    const char *description)
{
    size_t stride = scatter->count / POINTS_MOST + 1, beyond = 0;
    struct axis x = {0}, y = {0};

    if (!find_y_axis(&y, scatter))
        return 0;
    axis_widen(&x, 0);
    axis_widen(&x, find_x_end(scatter));
    axis_settle(&x, 0.02);
    x.low = fmin(x.low, 0);
    axis_settle(&y, scatter->from_zero ? 0.03 : 0.05);
    if (scatter->from_zero && y.low < 0)
        y.low = 0;
    svg_begin(svg, HEIGHT, title, description);
    svg_y_axis(svg, &y, TOP, BOTTOM, scatter->unit);
    svg_x_axis(svg, &x, BOTTOM, BOTTOM + 4, false, "s");
    for (size_t i = 0; i < scatter->line_count; i++)
        svg_line(svg, scatter->lines[i].class, 0, height_of(&y, scatter->lines[i].y), 1,
                 height_of(&y, scatter->lines[i].y));
    for (size_t i = 0; i < scatter->count; i += stride)
        beyond += draw_point(svg, scatter, &x, &y, &scatter->points[i]);
    svg_end(svg);
    return beyond;
}
