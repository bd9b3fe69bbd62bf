/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Windows in which the load fell short: it missed its rate, or operations failed. With the target off there
 * is nothing to compare with, and the quad is lost; with the target on it is an outcome. That is even-handed
 * only where it is the target's doing. Where it is the machine's, bad windows are taken from one arm alone,
 * the target looks dearer than it is, and a FAIL would be wrong more often than is promised. So a FAIL that
 * has such windows in it stands only if the quads without them give it as well, or if there are surely more
 * of them with the target on than off.
 */
#pragma once

#include "orchestrator/analysis.h"

/* Value of a block: 1 where the load, and nothing else, is at fault. */
#define SHORTFALL_VALUE "load.fell_short"

/* One-sided error of "more of them with the target on", at each look. */
#define SHORTFALL_LEVEL 0.0025

/*
 * Quads that fell short with the target on alone, and off: where it is the machine's doing, one is as likely
 * as the other (the first even a little less, since a quad ends at the latter), so that a sign test tells.
 */
bool shortfalls_are_targets(unsigned on, unsigned off);

/*
 * Does a FAIL above `delta` stand, that the first result->n contrasts of the series gave at the look and
 * share of k? Both raw and adjusted must give it where the reference is in doubt.
 */
bool shortfall_fail_stands(const struct analysis_design *design, const struct series *series,
                           const struct metric_result *result, double delta);

/* A warning for each budget whose FAIL did not stand. */
void shortfall_warn(json_t *warnings, const struct analysis *analysis);
