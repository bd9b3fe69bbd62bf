/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of the target's processes and of the machine. smaps_rollup walks page tables: only after the window.
 */
#include "agents/cgroup.h"
#include "agents/proc_parse.h"
#include "agents/sampler.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <stdio.h>
#include <string.h>

#define PROC_TEXT_BYTES 16384

struct process_memory {
    uint64_t rss_kib, pss_kib, peak_kib, threads, faults, perf_buffer_bytes;
    bool has_pss, has_maps;
};

static int memory_open(void **state, const struct sampler_place *place, struct error *error)
{
    static const char present;

    (void)place;
    (void)error;
    *state = (void *)&present;
    return 0;
}

static void memory_close(void *state)
{
    (void)state;
}

static char *read_process(pid_t pid, const char *file, struct text *text)
{
    char path[64];
    char *buffer;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
    buffer = file_read(path, PROC_TEXT_BYTES);
    *text = text_of(buffer ? buffer : "", buffer ? strlen(buffer) : 0);
    return buffer;
}

/* Line by line: a process may have tens of thousands of mappings. False where they can't be read. */
static bool read_perf_buffers(pid_t pid, uint64_t *bytes)
{
    char path[64];
    OWNED_FILE FILE *maps = NULL;
    OWNED_PTR char *line = NULL;
    size_t size = 0;
    ssize_t length;

    snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
    maps = fopen(path, "re");
    while (maps && (length = getline(&line, &size, maps)) > 0)
        *bytes += parse_mapped_bytes(text_of(line, (size_t)length), "anon_inode:[perf_event]");
    return maps && !ferror(maps);
}

/* False for a process that has ended or is a kernel thread. */
static bool look_at_process(pid_t pid, struct process_memory *memory)
{
    struct text status, stat, rollup;
    OWNED_PTR char *status_buffer = read_process(pid, "status", &status);
    OWNED_PTR char *stat_buffer = read_process(pid, "stat", &stat);
    OWNED_PTR char *rollup_buffer = read_process(pid, "smaps_rollup", &rollup);

    *memory = (struct process_memory){0};
    if (!text_find_u64(status, "VmRSS:", &memory->rss_kib) ||
        !text_find_u64(status, "VmHWM:", &memory->peak_kib))
        return false;
    text_find_u64(status, "Threads:", &memory->threads);
    parse_page_faults(stat, &memory->faults);
    memory->has_maps = read_perf_buffers(pid, &memory->perf_buffer_bytes); /* else not known, and no zero */
    memory->has_pss = text_find_u64(rollup, "Pss:", &memory->pss_kib);
    return true;
}

static void target_gauges(const char *cgroup, struct values *values)
{
    OWNED_PTR pid_t *pids = NULL;
    unsigned count, found = 0;
    struct process_memory sum = {.has_pss = true, .has_maps = true};

    if (cgroup_processes(cgroup, &pids, &count) != 0)
        return;
    for (unsigned i = 0; i < count; i++) {
        struct process_memory one;

        if (!look_at_process(pids[i], &one))
            continue;
        found++;
        sum.rss_kib += one.rss_kib;
        sum.pss_kib += one.pss_kib;
        sum.peak_kib += one.peak_kib;
        sum.threads += one.threads;
        sum.faults += one.faults;
        sum.perf_buffer_bytes += one.perf_buffer_bytes;
        sum.has_pss = sum.has_pss && one.has_pss;
        sum.has_maps = sum.has_maps && one.has_maps;
    }
    values_set(values, "target.processes", (double)found);
    values_set(values, "target.threads", (double)sum.threads);
    values_set(values, "target.rss_bytes", (double)sum.rss_kib * 1024);
    values_set(values, "target.peak_rss_bytes", (double)sum.peak_kib * 1024);
    values_set(values, "target.page_faults", (double)sum.faults);
    if (sum.has_maps)
        values_set(values, "target.perf_buffer_bytes", (double)sum.perf_buffer_bytes);
    if (sum.has_pss)
        values_set(values, "target.pss_bytes", (double)sum.pss_kib * 1024);
}

static void memory_gauges(void *state, const struct sampler_place *place, struct values *values)
{
    OWNED_PTR char *meminfo = file_read("/proc/meminfo", PROC_TEXT_BYTES);
    struct text text = text_of(meminfo ? meminfo : "", meminfo ? strlen(meminfo) : 0);
    uint64_t total_kib, available_kib;

    (void)state;
    if (place->target_cgroup)
        target_gauges(place->target_cgroup, values);
    if (!text_find_u64(text, "MemTotal:", &total_kib) ||
        !text_find_u64(text, "MemAvailable:", &available_kib))
        return;
    values_set(values, "system.total_bytes", (double)total_kib * 1024);
    values_set(values, "system.available_bytes", (double)available_kib * 1024);
}

const struct sampler_ops sampler_memory = {
    .name = "memory",
    .summary = "RSS, PSS, peak RSS, processes, threads, page faults, perf buffers of the target; memory of "
               "the machine",
    .open = memory_open,
    .gauges = memory_gauges,
    .close = memory_close,
};
