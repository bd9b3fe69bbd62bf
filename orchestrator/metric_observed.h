/* SPDX-License-Identifier: GPL-2.0 */
/* Rows of the metric table for what workload observe sees of traffic that is not ours. */
#pragma once

#include "orchestrator/metric.h"

/* CPU time per something that the kernel counts of it: `source`. */
double metric_cpu_per_observed(const struct metric *metric, const struct block *block);
/* A number that somebody else keeps, in whatever unit it comes. */
double metric_observed(const struct metric *metric, const struct block *block);

#define OBSERVED_CPU(name_, summary_, source_)                                                               \
    {                                                                                                        \
        .name = name_, .unit = "ns", .summary = summary_, .group = GROUP_CPU, .relative = true,              \
        .source = source_, .value = metric_cpu_per_observed                                                  \
    }
#define OBSERVED(name_, summary_, higher_)                                                                   \
    {                                                                                                        \
        .name = name_, .unit = "", .summary = summary_, .group = GROUP_KERNEL, .relative = true,             \
        .higher_is_better = higher_, .source = name_, .value = metric_observed                               \
    }
