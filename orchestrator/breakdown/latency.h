/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The same sum for the time of an operation: of the programs' runs those that the operation waits for, which
 * are those in the name of the load. What another CPU does (the consumer, a softirq in the name of nobody) is
 * CPU time and no latency; on a machine of one CPU the load waits for the consumer, too. Pure.
 */
#pragma once

#include "orchestrator/analysis.h"
#include "orchestrator/breakdown/delivery.h"
#include "orchestrator/breakdown/program_cost.h"

#include <jansson.h>
#include <stddef.h>

/*
 * Why no latency can be told for this load, `workload` as the trial's header has it; false when it can: one
 * operation after another, as fast as they come.
 */
bool latency_why_not(const struct analysis *analysis, const json_t *workload, char *why, size_t size);

/* `document` as breakdown_compose() has it. A new reference. */
json_t *latency_compose(const struct analysis *analysis, const struct program_costs *costs,
                        const struct delivery *delivery, const json_t *document);
