/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ramp: the share of the time that the target is on, step by step. Quads stay what they are; what makes the
 * share is how long the target stays off before the next one.
 */
#pragma once

#include "base/error.h"

#include <stdint.h>

#define RAMP_STEPS_MAX 8
#define RAMP_HIGHEST   0.5 /* a quad has as many blocks on as off */

struct ramp {
    double duty[RAMP_STEPS_MAX]; /* shares of the time, each higher than the one before */
    unsigned count;
};

/* EXIT_USAGE for shares that are none, that fall, or that a quad can't have. */
int ramp_check(const struct ramp *ramp, struct error *error);

/*
 * How long to stay off yet, before the next quad, so that the target was on for at most `duty` of the time
 * since the step began: 0 for the first one.
 */
uint64_t ramp_wait_ns(double duty, uint64_t on_ns, uint64_t elapsed_ns);
