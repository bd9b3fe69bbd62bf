/* SPDX-License-Identifier: GPL-2.0 */
/* What single operations cost on this machine, for the breakdown: from the cache, or measured on demand. */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"

#include <jansson.h>
#include <stdbool.h>

#define UNIT_COSTS_SHARE 0.3 /* of what the run took, that people wait once more for these */

/*
 * The fact "unit_costs" of a trial: the rows of `micro` for the target's programs (as
 * compose_target() has them): their attach points, calls and instructions, and what might take their place;
 * and the seconds that it took. Rows that are missing in the cache of this kernel, boot and number of CPUs
 * are measured and kept there; where nothing can be written they are only measured. That keeps to a share of
 * `run_s`, what the run took, where an interval can be had in it. `exact`: counted once, no cache. The
 * machine's lock is the caller's. *costs is a new reference. 0, or a negative errno with a sentence.
 */
int unit_costs_get(const json_t *target, bool exact, double run_s, struct interrupt *interrupt,
                   json_t **costs, struct error *error);
/* What the costs belong to: another kernel, boot, build of ours or number of CPUs has others. A new
 * reference. */
json_t *unit_costs_key(void);
