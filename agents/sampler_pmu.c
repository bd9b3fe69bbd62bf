/* SPDX-License-Identifier: GPL-2.0 */
/* Cycles, instructions and cache misses of all CPUs, off and on, where the processor's counters are there. */
#include "agents/pmu.h"
#include "agents/sampler.h"

static int pmu_sampler_open(void **state, const struct sampler_place *place, struct error *error)
{
    int ignored; /* agents/environment.c says why there are none */

    (void)place;
    (void)error;
    *state = pmu_open(&ignored);
    return 0;
}

static void pmu_counters(void *state, const struct sampler_place *place, struct values *values)
{
    (void)place;
    counters_read(state, values);
}

static void pmu_close(void *state)
{
    counters_close(state);
}

const struct sampler_ops sampler_pmu = {
    .name = "pmu",
    .summary = "cycles, instructions, L1d and LLC misses of all CPUs",
    .open = pmu_sampler_open,
    .counters = pmu_counters,
    .close = pmu_close,
};
