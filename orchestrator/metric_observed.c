/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/metric_observed.h"

#include <math.h>

/* Samplers and workload look at edges some microseconds apart: each per its own time first. */
double metric_cpu_per_observed(const struct metric *metric, const struct block *block)
{
    double cores =
        values_or_nan(&block->values, "cpu.busy_ns") / values_or_nan(&block->values, "sampler.window_ns");
    double rate = values_or_nan(&block->values, metric->source) / values_or_nan(&block->values, "window_ns");

    return rate > 0 ? cores / rate : NAN;
}

double metric_observed(const struct metric *metric, const struct block *block)
{
    return values_or_nan(&block->values, metric->source);
}
