/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Is the machine short of memory? Processes that had to reclaim memory themselves before they got some
 * (allocstall), pages swapped in and out, and processes killed for it: /proc/vmstat, mm/vmstat.c of the
 * kernel.
 */
#include "agents/sampler.h"
#include "agents/text.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <string.h>

#define VMSTAT_BYTES 16384

static const char *const stalls[] = {
    "allocstall_dma ", "allocstall_dma32 ", "allocstall_normal ", "allocstall_movable ", "allocstall_device ",
    "pswpin ",         "pswpout "};

static int pressure_open(void **state, const struct sampler_place *place, struct error *error)
{
    static const char present;

    (void)place;
    (void)error;
    *state = (void *)&present;
    return 0;
}

static void pressure_close(void *state)
{
    (void)state;
}

/* Zones that a machine does not have are not in the file. */
static void pressure_counters(void *state, const struct sampler_place *place, struct values *values)
{
    OWNED_PTR char *vmstat = file_read("/proc/vmstat", VMSTAT_BYTES);
    struct text text = text_of(vmstat ? vmstat : "", vmstat ? strlen(vmstat) : 0);
    uint64_t number, sum = 0, found = 0;

    (void)state;
    (void)place;
    for (size_t i = 0; i < ARRAY_SIZE(stalls); i++) {
        if (!text_find_u64(text, stalls[i], &number))
            continue;
        sum += number;
        found++;
    }
    if (found > 0)
        values_set(values, "memory.stalls", (double)sum);
    if (text_find_u64(text, "oom_kill ", &number))
        values_set(values, "memory.oom_kills", (double)number);
}

const struct sampler_ops sampler_pressure = {
    .name = "pressure",
    .summary = "is the machine short of memory: reclaim that was waited for, swapping, processes killed",
    .open = pressure_open,
    .counters = pressure_counters,
    .close = pressure_close,
};
