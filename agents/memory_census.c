/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/memory_census.h"
#include "agents/cgroup.h"
#include "agents/proc_parse.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* A block has room for 4096 values in all. */
#define PROCESSES_MAX    256
#define MAPS_MAX         512
#define STATUS_BYTES_MAX 16384
#define COMM_BYTES       16

/* A task may call itself anything, in any encoding. */
static void take_name(char name[COMM_BYTES], const char *from)
{
    size_t length = 0;

    for (; length < COMM_BYTES - 1 && from[length] && from[length] != '\n'; length++)
        name[length] = isgraph((unsigned char)from[length]) ? from[length] : '_';
    name[length] = '\0';
}

static void count_process(pid_t pid, struct values *values)
{
    char path[64], name[COMM_BYTES];
    OWNED_PTR char *status = NULL, *comm = NULL;
    uint64_t rss_kib;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    status = file_read(path, STATUS_BYTES_MAX);
    snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
    comm = file_read(path, 64);
    if (!status || !comm || !text_find_u64(text_of(status, strlen(status)), "VmRSS:", &rss_kib))
        return;
    take_name(name, comm);
    values_setf(values, (double)rss_kib * 1024, CENSUS_PROCESS "%d.%s", (int)pid, name);
}

void memory_census(const char *cgroup, const struct inventory *inventory, struct values *values)
{
    OWNED_PTR pid_t *pids = NULL;
    unsigned count = 0;
    char name[COMM_BYTES];

    if (cgroup && cgroup_processes(cgroup, &pids, &count) == 0)
        for (unsigned i = 0; i < count && i < PROCESSES_MAX; i++)
            count_process(pids[i], values);
    for (unsigned i = 0; i < inventory->map_count && i < MAPS_MAX; i++) {
        const struct inventory_map *map = &inventory->maps[i];

        take_name(name, map->name);
        values_setf(values, (double)map->bytes, CENSUS_MAP "%u.%s", map->id, name);
    }
}
