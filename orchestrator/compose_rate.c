/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The safe rate: up to how many operations per second the tool takes no more than a tenth of the machine.
 * The slope is the CPU time it adds per operation, the capacity all CPUs; only where an added cost is sure.
 */
#include "orchestrator/compose.h"
#include "reports/jsonio.h"

#define SAFE_SHARE 0.10

json_t *compose_safe_rate(const struct analysis *analysis, const struct trial *trial)
{
    const struct metric_result *cost = compose_find(analysis, "cpu.per_op");
    const json_t *cpu = json_object_get(json_object_get(trial->header, "environment"), "cpu");
    double cpus = jsonio_get_number(cpu, "online"), budget_ns = SAFE_SHARE * cpus * 1e9;
    const struct interval *added = &cost->absolute;

    if (!cost->available || !(added->low > 0) || !(cpus > 0))
        return json_null();
    return json_pack(
        "{s:f, s:f, s:o, s:o}", "share", SAFE_SHARE, "cpus", cpus, "cpu_per_op_ns",
        compose_interval(added->estimate, added->low, added->high), "per_second",
        compose_interval(budget_ns / added->estimate, budget_ns / added->high, budget_ns / added->low));
}
