/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A metric turns one block into one number. Adding one is a row in orchestrator/metric_table.c (and a
 * function above it, where the block's values don't hold the number already).
 */
#pragma once

#include "base/error.h"
#include "base/units.h"
#include "reports/trial.h"

#include <stdbool.h>

enum metric_group { GROUP_LATENCY, GROUP_THROUGHPUT, GROUP_CPU, GROUP_KERNEL, GROUP_MEMORY };

struct metric {
    const char *name;
    const char *unit;    /* "ns", "1/s", "cores", "bytes", "1/op" */
    const char *summary; /* one line, for `tracetoll list metrics` */
    enum metric_group group;
    bool higher_is_better;
    bool relative;      /* judged as a ratio of B to A; false: as a difference (it can be zero) */
    bool adjustable;    /* slows down with the machine: the noise reference may be used */
    bool only_on;       /* exists only while the target is on: the baseline is zero by definition */
    double argument;    /* of value(): a quantile, for example */
    const char *source; /* of value(): what the block calls it */
    /* The block's number in `unit`; NaN where this block can't give it. */
    double (*value)(const struct metric *metric, const struct block *block);
};

extern const struct metric metric_table[];
extern const unsigned metric_count;

/* NULL when unknown. */
const struct metric *metric_find(const char *name);
/* Names for suggestions; a static array of metric_count. */
void metric_names(const char **names);
const char *metric_group_name(enum metric_group group);
/* Can numbers of this dimension be a limit for the metric? */
bool metric_takes(const struct metric *metric, enum dimension dimension);
