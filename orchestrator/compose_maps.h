/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <jansson.h>

/*
 * "operations_per_op" of each of the target's maps: the runs of its programs while the load runs, times what
 * each does with the map on a path, at least and at most. Null where no program is known to use the map, or
 * the runs or instructions of one that runs are not known. And "events_per_op": of a ring buffer, by its own
 * positions; null for other maps, and where nobody looked. `target` as compose_target() has it so far,
 * `statistics`: the trial's fact, or NULL.
 */
void compose_map_rates(json_t *target, const json_t *statistics);
