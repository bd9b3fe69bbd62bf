/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the cost comes from: CPU time added per operation, measured end to end, against the sum of what its
 * parts come to by other ways. Pure.
 *
 * - dispatch: runs per operation (the kernel's count) x the cost of a hit of an empty program of that attach
 *   type (`micro attach`), which run_time_ns leaves out
 * - programs: runs per operation x (run time of one, by the kernel's statistics, less that of an empty
 *   program: reading the clock), less the wake-ups in it
 * - delivery: waking consumers, and their time in the kernel (delivery.h)
 * - user: CPU time of the target's own processes in user space
 * - beside these, what dispatch and programs should come to by their calls and instructions alone (prices.h)
 * - unexplained: the rest; it has an interval, too, and is a finding where that does not hold zero
 */
#pragma once

#include "orchestrator/analysis.h"

#include <jansson.h>

/*
 * `document`: what there is of it so far; its target, workload and environment count. Null where the parts
 * are not known. The same for the time of an operation is in its "latency" (latency.h). A new reference.
 */
json_t *breakdown_compose(const struct analysis *analysis, const json_t *unit_costs, const json_t *document);

/* Says in *why what is missing for one; false: nothing that was looked for (not asked for; no such metric).
 */
bool breakdown_why_not(const json_t *unit_costs, const json_t *target, char *why, size_t size);
