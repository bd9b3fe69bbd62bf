/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/html/bars.h"
#include "reports/text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ROW_HEIGHT   46
#define BAR_HEIGHT   10
#define AXIS_HEIGHT  26
#define NAME_COLUMNS 22
#define CUT_COLUMNS  14 /* of a longer one */

unsigned bars_height(size_t count)
{
    return (unsigned)count * ROW_HEIGHT + AXIS_HEIGHT;
}

static void widen(struct axis *axis, const struct bar *bar)
{
    double numbers[] = {
        bar->from,  bar->to,   bar->interval.estimate, bar->interval.low, bar->interval.high, bar->second,
        bar->third, bar->limit};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        axis_widen(axis, numbers[i]);
}

static double reach_of(const struct bar *bar)
{
    struct axis axis = {0};

    widen(&axis, bar);
    return fmax(fabs(axis.low), fabs(axis.high));
}

static int compare(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;

    return (a > b) - (a < b);
}

/*
 * Four times what three of four rows need: one metric that went up a hundredfold must not hide the others.
 * The primary one and those with budgets are never cut.
 */
static double farthest(const struct bars *bars)
{
    double reach[BARS_MAX], needed = 0, most;
    size_t count = 0;

    for (size_t i = 0; i < bars->count && i < BARS_MAX; i++) {
        reach[count++] = reach_of(&bars->items[i]);
        if (bars->items[i].strong || isfinite(bars->items[i].limit))
            needed = fmax(needed, reach_of(&bars->items[i]));
    }
    qsort(reach, count, sizeof(reach[0]), compare);
    most = count ? fmax(4 * reach[(count - 1) * 3 / 4], needed) : 0;
    return most > 0 ? most : INFINITY;
}

static struct axis find_axis(const struct bars *bars)
{
    double most = farthest(bars);
    struct axis axis = {0};

    axis_widen(&axis, 0);
    for (size_t i = 0; i < bars->count; i++)
        widen(&axis, &bars->items[i]);
    axis.low = fmax(axis.low, -most);
    axis.high = fmin(axis.high, most);
    axis_settle(&axis, 0.03);
    return axis;
}

/* An end that lies beyond the axis is none. */
static void put_end(const struct svg *svg, const char *class, const struct axis *axis, double value, double y)
{
    double x = axis_place(axis, value);

    if (value >= axis->low && value <= axis->high)
        svg_line(svg, class, x, y - 4, x, y + 4);
}

static void put_lines(const struct svg *svg, const char *class, const struct axis *axis,
                      const struct interval *interval, double y)
{
    svg_line(svg, class, axis_place(axis, interval->low), y, axis_place(axis, interval->high), y);
    put_end(svg, class, axis, interval->low, y);
    put_end(svg, class, axis, interval->high, y);
}

static void put_interval(const struct svg *svg, const struct axis *axis, const struct bar *bar, double y)
{
    if (!isfinite(bar->interval.low) || !isfinite(bar->interval.high))
        return;
    /* Over a bar it needs ground around it. */
    if (bar->class)
        put_lines(svg, "halo", axis, &bar->interval, y);
    put_lines(svg, bar->class ? "whisker" : "interval", axis, &bar->interval, y);
}

static void put_bar(const struct svg *svg, const struct axis *axis, const struct bar *bar, double y)
{
    double from = axis_place(axis, bar->from), to = axis_place(axis, bar->to);

    if (bar->class && isfinite(bar->from) && isfinite(bar->to))
        svg_rect(svg, bar->class, fmin(from, to), y - BAR_HEIGHT / 2.0, fmax(fabs(to - from), 0.003),
                 BAR_HEIGHT);
}

static void put_mark(const struct svg *svg, const struct axis *axis, const char *mark, double value, double y)
{
    bool beyond = value < axis->low || value > axis->high;

    if (isfinite(value))
        svg_mark(svg, beyond ? "beyond" : mark, axis_place(axis, value), y, NULL);
}

/* SVG wraps no words and cuts none: a name keeps room for its figure on a phone. */
static void put_name(const struct svg *svg, const struct bar *bar, double y)
{
    char name[NAME_COLUMNS * 4 + 4];
    unsigned most = text_width(bar->name) > NAME_COLUMNS ? CUT_COLUMNS : NAME_COLUMNS;
    size_t used = 0;
    uint32_t code;

    for (unsigned columns = 0; bar->name[used];) {
        size_t length = text_decode(bar->name + used, &code);
        unsigned width = text_code_width(code) > 1 ? 2 : 1; /* what has none is shown by a picture */

        if (columns + width > most)
            break;
        columns += width;
        memcpy(name + used, bar->name + used, length);
        used += length;
    }
    snprintf(name + used, sizeof(name) - used, "%s", bar->name[used] ? "..." : "");
    svg_text(svg, bar->strong ? "label strong" : "label", "start", 0, y, name);
}

static void put_row(const struct svg *svg, const struct axis *axis, const struct bar *bar, double top)
{
    double y = top + 29;

    put_name(svg, bar, top + 16);
    svg_text(svg, bar->strong ? "value strong" : "value", "end", 1, top + 16, bar->figure);
    put_bar(svg, axis, bar, y);
    if (isfinite(bar->limit))
        svg_line(svg, "budget", axis_place(axis, bar->limit), y - 9, axis_place(axis, bar->limit), y + 9);
    if (isfinite(bar->interval.estimate) && isfinite(bar->second))
        svg_line(svg, "shift", axis_place(axis, bar->interval.estimate), y, axis_place(axis, bar->second), y);
    put_interval(svg, axis, bar, y);
    if (bar->mark)
        put_mark(svg, axis, bar->mark, bar->interval.estimate, y);
    put_mark(svg, axis, "on", bar->second, y);
    put_mark(svg, axis, "second", bar->third, y);
}

void bars_put(const struct svg *svg, const struct bars *bars, double top)
{
    struct axis axis = bars->axis ? *bars->axis : find_axis(bars);
    double bottom = top + (double)bars->count * ROW_HEIGHT + 2;

    svg_x_axis(svg, &axis, top, bottom, bars->relative, bars->unit);
    if (!axis.logarithmic)
        svg_line(svg, "zero", axis_place(&axis, 0), top, axis_place(&axis, 0), bottom);
    for (size_t i = 0; i < bars->count; i++)
        put_row(svg, &axis, &bars->items[i], top + (double)i * ROW_HEIGHT);
}

void bars_draw(const struct svg *svg, const struct bars *bars, const char *title, const char *description)
{
    svg_begin(svg, bars_height(bars->count), title, description);
    bars_put(svg, bars, 0);
    svg_end(svg);
}
