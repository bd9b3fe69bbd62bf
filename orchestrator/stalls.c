/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stalls.h"

#include <math.h>
#include <stdio.h>

#define LONG_TICKS   2   /* an operation of as many may have missed one for sure */
#define PROVED_SHARE 0.5 /* of the time of such operations, that no tick may have been in */
#define WINDOW_SHARE 0.5 /* more of a window than this is no spike */

static double long_ns(const struct hist *latency, double least_ns)
{
    double sum_ns = 0;

    for (unsigned bucket = hist_bucket((uint64_t)least_ns); bucket < HIST_BUCKETS; bucket++)
        if (latency->buckets[bucket])
            sum_ns += (double)latency->buckets[bucket] *
                      ((double)hist_bucket_low_ns(bucket) + (double)hist_bucket_width_ns(bucket) / 2);
    return sum_ns;
}

/* What of the window the CPU was not there for. NaN: not known. */
static double stalled_ns(const struct values *values, const struct hist *latency)
{
    double ticks = values_or_nan(values, "load.ticks"), tick_ns = values_or_nan(values, "load.tick_ns"),
           cpu = values_or_nan(values, "load.cpu"), busy_ns, gone_ns, in_long_ns;
    char name[VALUE_NAME_MAX];

    if (!(tick_ns > 0) || isnan(ticks) || isnan(cpu))
        return NAN;
    snprintf(name, sizeof(name), "cpu.%.0f.busy_ns", cpu);
    busy_ns = values_or_nan(values, name);
    if (isnan(busy_ns))
        return NAN;
    gone_ns =
        busy_ns - ticks * tick_ns; /* an idle CPU has no ticks; other timers than the tick's make it less */
    in_long_ns = long_ns(latency, LONG_TICKS * tick_ns);
    return gone_ns >= PROVED_SHARE * in_long_ns ? in_long_ns : 0;
}

int stalls_note(struct values *values, const struct hist *latency)
{
    double window_ns = values_or_nan(values, "window_ns"), stall_ns = stalled_ns(values, latency);
    int result;

    if (isnan(stall_ns) || !(window_ns > 0))
        return 0;
    if (stall_ns > WINDOW_SHARE * window_ns)
        stall_ns = 0;
    result = values_set(values, "ref.stall.ns", window_ns);
    return result ? result : values_set(values, "ref.stall.count", window_ns - stall_ns);
}
