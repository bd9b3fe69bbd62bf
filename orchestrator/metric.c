/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/metric.h"

#include <string.h>

const struct metric *metric_find(const char *name)
{
    for (unsigned i = 0; i < metric_count; i++)
        if (strcmp(metric_table[i].name, name) == 0)
            return &metric_table[i];
    return NULL;
}

void metric_names(const char **names)
{
    for (unsigned i = 0; i < metric_count; i++)
        names[i] = metric_table[i].name;
}

const char *metric_group_name(enum metric_group group)
{
    static const char *const names[] = {
        [GROUP_LATENCY] = "latency", [GROUP_THROUGHPUT] = "throughput", [GROUP_CPU] = "cpu",
        [GROUP_KERNEL] = "system",   [GROUP_MEMORY] = "memory",
    };

    return names[group];
}

struct unit_dimension {
    const char *unit;
    enum dimension dimension;
};

bool metric_takes(const struct metric *metric, enum dimension dimension)
{
    static const struct unit_dimension pairs[] = {
        {"ns", DIMENSION_TIME},           {"1/s", DIMENSION_RATE},
        {"cores", DIMENSION_CORES},       {"bytes", DIMENSION_BYTES},
        {"1/op", DIMENSION_NONE},         {"share", DIMENSION_PERCENT},
        {"bytes/s", DIMENSION_BYTE_RATE}, {"insn/cycle", DIMENSION_NONE},
        {"faults", DIMENSION_NONE},       {"", DIMENSION_NONE},
    };

    if (dimension == DIMENSION_PERCENT && metric->relative)
        return true;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (strcmp(pairs[i].unit, metric->unit) == 0)
            return pairs[i].dimension == dimension;
    return false;
}
