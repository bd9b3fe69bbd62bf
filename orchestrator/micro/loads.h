/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the kernel puts a program and its maps decides a part of what it costs, and each load puts them
 * elsewhere. So a row has several loads, all there at once (or a new one would get the place of the one
 * before), and its repetitions are spread over them: repetition `slot` is of load slot % loads.
 */
#pragma once

#include "orchestrator/micro/micro.h"

/*
 * The slots 0 to count - 1 in a random order, the same one every time. Not load after load, and not one
 * repetition of each in turn: what drifts would pass for a difference of the loads, or hide in all of them.
 */
void loads_order(unsigned order[SIGNED_RANK_MAX], unsigned count);

/*
 * Fills cost and repetitions from values[slot]: over the loads where there are several (stats/grouped.h;
 * "loads", "loads_sd_ns" and "within_load_sd_ns" into the detail), over the repetitions where there is one.
 */
void loads_estimate(struct micro_result *result, const double *values, unsigned count, unsigned loads);
