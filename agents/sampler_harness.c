/* SPDX-License-Identifier: GPL-2.0 */
/* CPU time of the process that measures within a window, so that what it costs can be seen (the check
 * harness_cpu). */
#include "agents/sampler.h"
#include "base/clock.h"

#include <time.h>

static int harness_open(void **state, const struct sampler_place *place, struct error *error)
{
    static const char present;

    (void)place;
    (void)error;
    *state = (void *)&present;
    return 0;
}

/* Children are left out: those that a window waits for are the workload's (a command), and counted there. */
static void harness_counters(void *state, const struct sampler_place *place, struct values *values)
{
    struct timespec own;

    (void)state;
    (void)place;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own) == 0)
        values_set(values, "harness.cpu_ns", (double)own.tv_sec * 1e9 + (double)own.tv_nsec);
}

static void harness_close(void *state)
{
    (void)state;
}

const struct sampler_ops sampler_harness = {
    .name = "harness",
    .summary = "CPU time of the measuring process",
    .open = harness_open,
    .counters = harness_counters,
    .close = harness_close,
};
