/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/html/axis.h"
#include "base/cleanup.h"
#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void axis_widen(struct axis *axis, double value)
{
    if (!isfinite(value) || (axis->logarithmic && value <= 0))
        return;
    if (!axis->used || value < axis->low)
        axis->low = value;
    if (!axis->used || value > axis->high)
        axis->high = value;
    axis->used = true;
}

void axis_settle(struct axis *axis, double room)
{
    double length;

    if (!axis->used)
        axis->low = axis->high = axis->logarithmic ? 1 : 0;
    if (axis->logarithmic) {
        length = fmax(log(axis->high / axis->low), 0.02);
        axis->low *= exp(-room * length);
        axis->high *= exp(room * length);
        return;
    }
    /* A length that arithmetic does not lose. */
    length = fmax(axis->high - axis->low, fmax(fmax(fabs(axis->high), fabs(axis->low)) * 1e-6, 1e-9));
    axis->low -= room * length;
    axis->high = fmax(axis->high + room * length, axis->low + length);
}

double axis_place(const struct axis *axis, double value)
{
    double share;

    if (axis->logarithmic)
        share = value > 0 ? log(value / axis->low) / log(axis->high / axis->low) : 0;
    else
        share = (value - axis->low) / (axis->high - axis->low);
    return !(share > 0) ? 0 : share > 1 ? 1 : share;
}

/* `scale`: MiB are round in another way than bytes. */
static size_t linear_ticks(const struct axis *axis, unsigned wanted, double scale, double *ticks)
{
    static const double steps[] = {1, 2, 2.5, 5, 10};
    double rough = (axis->high - axis->low) / scale / wanted, power = pow(10, floor(log10(rough)));
    double step = 10 * power * scale;
    size_t count = 0;

    for (size_t i = ARRAY_SIZE(steps); i > 0; i--)
        if (steps[i - 1] * power >= rough)
            step = steps[i - 1] * power * scale;
    /* NOLINTNEXTLINE(cert-flp30-c): whole numbers, and `count` has a limit */
    for (double at = ceil(axis->low / step); count < AXIS_TICKS_MAX && at * step <= axis->high; at++)
        ticks[count++] = at * step;
    return count;
}

/* 1, 2 and 5 of each power of ten, or the powers alone where those would be too many. */
static size_t logarithmic_ticks(const struct axis *axis, unsigned wanted, double *ticks)
{
    static const double powers[] = {1, 2, 5};
    double decades = log10(axis->high / axis->low);
    size_t each = decades * 3 > wanted + 1 ? 1 : ARRAY_SIZE(powers), count = 0;
    double stride = fmax(1, ceil(decades / wanted));

    /* NOLINTNEXTLINE(cert-flp30-c): whole numbers, and `count` has a limit */
    for (double at = floor(log10(axis->low)); at <= log10(axis->high) && count < AXIS_TICKS_MAX; at += stride)
        for (size_t i = 0; i < each && count < AXIS_TICKS_MAX; i++)
            if (powers[i] * pow(10, at) >= axis->low && powers[i] * pow(10, at) <= axis->high)
                ticks[count++] = powers[i] * pow(10, at);
    return count;
}

/* Of the largest number: one unit for the whole axis. */
static double scale_of(const struct axis *axis, const char *unit, const char **name)
{
    return quantity_scale(fmax(fabs(axis->low), fabs(axis->high)), unit, name);
}

size_t axis_ticks(const struct axis *axis, unsigned wanted, const char *unit, double ticks[AXIS_TICKS_MAX])
{
    const char *name;

    if (axis->logarithmic && axis->high / axis->low > 6)
        return logarithmic_ticks(axis, wanted, ticks);
    return linear_ticks(axis, wanted, scale_of(axis, unit, &name), ticks);
}

char *axis_label(char *text, size_t size, const struct axis *axis, double tick, bool relative,
                 const char *unit)
{
    const char *name = "%";
    double scale = relative || strcmp(unit, "share") == 0 ? 0.01
                   : axis->logarithmic                    ? quantity_scale(tick, unit, &name)
                                                          : scale_of(axis, unit, &name);

    /* A zero that arithmetic has missed is one. */
    if (fabs(tick) < (axis->high - axis->low) * 1e-9)
        tick = 0;
    snprintf(text, size, relative && tick != 0 ? "%+.9g%s%s" : "%.9g%s%s", tick / scale, name[0] ? " " : "",
             name);
    return text;
}
