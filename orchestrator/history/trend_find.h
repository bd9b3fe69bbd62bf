/* SPDX-License-Identifier: GPL-2.0 */
/* What the two files of trends share: points in order, and what is found in them. */
#pragma once

#include "orchestrator/history/trend.h"

struct trend_point {
    json_t *json;                         /* owned: what the trend document says of it */
    const char *version, *kernel, *build; /* of it; version NULL: unknown */
    int64_t started_s, id;
    struct history_figure figure; /* metric and unit NULL */
};

struct trend_change {
    unsigned at;                /* index of the first point behind it */
    double before, behind;      /* levels on the scale of the effect */
    double estimate, low, high; /* change on the scale of the effect */
    double p;                   /* NaN in exact mode */
};

/* The level of the last piece, with a two-sided 95 % interval (exact: the spread). */
struct trend_level {
    double estimate, low, high;
};

/*
 * Change points of `count` points in order. `breaks[i]`: what they are ordered by differs between i - 1 and
 * i. Fills `changes` (room for `count`), returns their number; -ENOMEM.
 */
int trend_find(const char *mode, const struct trend_point *points, const bool *breaks, unsigned count,
               double alarms, struct trend_change *changes, struct trend_level *level);
/* As many points of that mode are too few to find anything. */
bool trend_too_few(const char *mode, unsigned count);
