/* SPDX-License-Identifier: GPL-2.0 */
/* Blocks and trials made by hand, with numbers that can be checked on paper. */
#pragma once

#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "orchestrator/metric.h"
#include "reports/trial.h"

#include <math.h>
#include <stdlib.h>

static inline struct block block_of(char arm)
{
    return (struct block){.arm = arm, .window_ns = 250000000};
}

static inline void set(struct block *block, const char *name, double number)
{
    assert_int_equal(values_set(&block->values, name, number), 0);
}

/* `count` operations of `ns` each. */
static inline void add_latency(struct block *block, unsigned count, uint64_t ns)
{
    if (!block->latency)
        block->latency = calloc(1, sizeof(*block->latency));
    assert_non_null(block->latency);
    for (unsigned i = 0; i < count; i++)
        hist_add(block->latency, ns);
}

static inline double metric_value(const char *name, const struct block *block)
{
    const struct metric *metric = metric_find(name);

    assert_non_null(metric);
    return metric->value(metric, block);
}

static inline void assert_close(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("%.12g is not within %.3g of %.12g", actual, tolerance, expected);
}
