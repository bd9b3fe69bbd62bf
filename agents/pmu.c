/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/pmu.h"
#include "base/cleanup.h"

#include <errno.h>
#include <linux/perf_event.h>

#define CACHE_READ_MISSES(cache)                                                                             \
    ((cache) | (PERF_COUNT_HW_CACHE_OP_READ << 8) | (PERF_COUNT_HW_CACHE_RESULT_MISS << 16))

/* The first stands for all of them where there are none. */
static const struct counter_spec specs[] = {
    {"pmu.cycles", "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    {"pmu.instructions", "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    {"pmu.l1d_misses", "L1d misses", PERF_TYPE_HW_CACHE, CACHE_READ_MISSES(PERF_COUNT_HW_CACHE_L1D)},
    {"pmu.llc_misses", "LLC misses", PERF_TYPE_HW_CACHE, CACHE_READ_MISSES(PERF_COUNT_HW_CACHE_LL)},
};

struct counters *pmu_open(int *error_number)
{
    return counters_open(specs, ARRAY_SIZE(specs), error_number);
}

const char *pmu_why_not(int error_number)
{
    switch (error_number) {
    case EACCES:
    case EPERM:
        return "kernel.perf_event_paranoid forbids it";
    case ENOSYS:
        return "this kernel is built without them (CONFIG_PERF_EVENTS is not set)";
    case EMFILE:
        return "there are more CPUs than descriptors may be open (ulimit -n)";
    case EBUSY:
        return "somebody else has the processor's counters";
    default: /* ENOENT, EOPNOTSUPP, ENODEV */
        return "the processor's counters are not there, as on most virtual machines";
    }
}
