/* SPDX-License-Identifier: GPL-2.0 */
#include "base/clock.h"

void clock_rfc3339(uint64_t wall_ns, char *text, unsigned size)
{
    time_t seconds = (time_t)(wall_ns / NS_PER_SECOND);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &parts);
}
