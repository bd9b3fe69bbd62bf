/* SPDX-License-Identifier: GPL-2.0 */
#include "base/clock.h"

#include <stdio.h>

void clock_rfc3339(uint64_t wall_ns, char *text, unsigned size)
{
    time_t seconds = (time_t)(wall_ns / NS_PER_SECOND);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

void clock_rfc3339_ms(uint64_t wall_ns, char *text, unsigned size)
{
    char seconds[24];

    clock_rfc3339(wall_ns, seconds, sizeof(seconds));
    snprintf(text, size, "%.19s.%03uZ", seconds, (unsigned)(wall_ns / NS_PER_MS % 1000));
}
