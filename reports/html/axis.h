/* SPDX-License-Identifier: GPL-2.0 */
/* An axis of a plot: from numbers to places, and the round numbers that are written beside it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define AXIS_TICKS_MAX 12

struct axis {
    double low, high;
    bool logarithmic; /* both ends above zero */
    bool used;        /* has seen a number */
};

/* Takes a number in; one that is not finite is left out. */
void axis_widen(struct axis *axis, double value);
/* Room at both ends (a share of the length), and a length at all. */
void axis_settle(struct axis *axis, double room);
/* 0 at the low end, 1 at the high one; what is beyond is put to the end. */
double axis_place(const struct axis *axis, double value);
/* Numbers within the axis that are round as they are printed in `unit`, about `wanted` of them; how many. */
size_t axis_ticks(const struct axis *axis, unsigned wanted, const char *unit, double ticks[AXIS_TICKS_MAX]);
/* A tick as text: "12.5 us", "+40 %" for `relative`. One unit for a whole linear axis. */
char *axis_label(char *text, size_t size, const struct axis *axis, double tick, bool relative,
                 const char *unit);
