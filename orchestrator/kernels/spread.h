/* SPDX-License-Identifier: GPL-2.0 */
/* One number over the seeds of exact mode: what differs between them is the only uncertainty there is. */
#pragma once

#include <jansson.h>

struct spread {
    double mean, low, high;
    unsigned count;
};

/* Of the same number in all parts; unknown in one of them: all NaN, count 0. */
struct spread spread_of(const json_t *const *parts, unsigned count, const char *path);

/* estimate, low and high of an object that has them. */
void spread_set(json_t *object, const struct spread *spread);

/* An instruction is a nanosecond of the guest's clock, and has nothing else in common with one. */
const char *spread_unit(const char *unit);
