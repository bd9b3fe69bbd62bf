/* SPDX-License-Identifier: GPL-2.0 */
/* Rails on memory: of the target's processes, and of the whole machine. */
#include "agents/cgroup.h"
#include "agents/text.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "orchestrator/canary/rail_kind.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TEXT_BYTES 16384

static int open_nothing(void **state, const struct rail_given *given, struct interrupt *interrupt,
                        struct error *error)
{
    (void)given;
    (void)interrupt;
    (void)error;
    *state = NULL;
    return 0;
}

static void close_nothing(void *state)
{
    (void)state;
}

static struct rail_reading reading_now(double value)
{
    return (struct rail_reading){.value = value, .since_ns = clock_now_ns()};
}

/* 0 for one that has ended. */
static double resident_bytes(pid_t pid)
{
    char path[48];
    uint64_t kib = 0;

    OWNED_PTR char *status = NULL;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    status = file_read(path, TEXT_BYTES);
    text_find_u64(text_of(status ? status : "", status ? strlen(status) : 0), "VmRSS:", &kib);
    return (double)kib * 1024;
}

static struct rail_reading read_target(void *state, const struct rail_place *place)
{
    OWNED_PTR pid_t *pids = NULL;
    unsigned count = 0;
    double bytes = 0;

    (void)state;
    if (!place->on)
        return (struct rail_reading){.value = NAN, .since_ns = clock_now_ns(), .idle = true};
    if (!place->target_cgroup || cgroup_processes(place->target_cgroup, &pids, &count) != 0)
        return reading_now(NAN);
    for (unsigned i = 0; i < count; i++)
        bytes += resident_bytes(pids[i]);
    return reading_now(bytes);
}

const struct rail_kind rail_memory_rss = {
    .name = "memory.rss",
    .summary = "resident memory of the processes of the agent, where they have a cgroup",
    .unit = "bytes",
    .open = open_nothing,
    .read = read_target,
    .close = close_nothing,
};

static struct rail_reading read_machine(void *state, const struct rail_place *place)
{
    OWNED_PTR char *meminfo = file_read("/proc/meminfo", TEXT_BYTES);
    struct text text = text_of(meminfo ? meminfo : "", meminfo ? strlen(meminfo) : 0);
    uint64_t total_kib, available_kib;

    (void)state;
    (void)place;
    if (!text_find_u64(text, "MemTotal:", &total_kib) ||
        !text_find_u64(text, "MemAvailable:", &available_kib))
        return reading_now(NAN);
    return reading_now(((double)total_kib - (double)available_kib) * 1024);
}

const struct rail_kind rail_memory_system = {
    .name = "memory.system",
    .summary = "memory of the machine that is not available (MemTotal less MemAvailable)",
    .unit = "bytes",
    .open = open_nothing,
    .read = read_machine,
    .close = close_nothing,
};
