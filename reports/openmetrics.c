/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/openmetrics.h"
#include "base/cleanup.h"

#include <string.h>

const struct openmetrics_unit *openmetrics_unit(const char *unit)
{
    static const struct openmetrics_unit units[] = {{"ns", "seconds", 1e-9},
                                                    {"bytes", "bytes", 1},
                                                    {"1/s", "per_second", 1},
                                                    {"bytes/s", "bytes_per_second", 1},
                                                    {"cores", "cores", 1},
                                                    {"share", "ratio", 1},
                                                    {"1/op", "per_operation", 1},
                                                    {"insn", "instructions", 1},
                                                    {"insn/cycle", "instructions_per_cycle", 1},
                                                    {"faults", "faults", 1}};

    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (strcmp(units[i].unit, unit) == 0)
            return &units[i];
    return NULL;
}
