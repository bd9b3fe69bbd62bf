/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/observe_counters.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/files.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_BYTES (4u << 20)

/* One line per CPU, hexadecimal; the first column counts packets that the CPU has taken from a queue. */
double observe_parse_softnet(const char *text)
{
    double sum = 0;
    unsigned lines = 0;

    for (; *text; lines++) {
        unsigned packets;

        if (sscanf(text, "%8x ", &packets) != 1)
            return NAN;
        sum += packets;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return lines ? sum : NAN;
}

/* MAJOR MINOR NAME READS MERGED SECTORS MS WRITES ... (Documentation/admin-guide/iostats.rst) */
double observe_parse_diskstats(const char *text, bool (*counts)(const char *name))
{
    double sum = 0;

    while (*text) {
        unsigned long reads, writes;
        char name[64];

        if (sscanf(text, "%*u %*u %63s %lu %*u %*u %*u %lu", name, &reads, &writes) != 3)
            return NAN;
        if (counts(name))
            sum += (double)reads + (double)writes;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return sum;
}

double observe_parse_switches(const char *text)
{
    const char *line = strncmp(text, "ctxt ", 5) == 0 ? text : strstr(text, "\nctxt ");
    unsigned long long switches;

    return line && sscanf(line + (*line == '\n'), "ctxt %llu", &switches) == 1 ? (double)switches : NAN;
}

/* A disk, and not a partition of one or a layer over some (those count what the disk below counts). */
static bool is_disk(const char *name)
{
    OWNED_DIR DIR *slaves = NULL;
    struct dirent *entry;
    char path[128];

    if (strchr(name, '/') || strncmp(name, "loop", 4) == 0)
        return false;
    snprintf(path, sizeof(path), "/sys/block/%s/slaves", name);
    slaves = opendir(path);
    if (!slaves)
        return false;
    while ((entry = readdir(slaves)))
        if (entry->d_name[0] != '.')
            return false;
    return true;
}

void observe_counters_read(struct observe_counters *counters)
{
    OWNED_PTR char *softnet = file_read("/proc/net/softnet_stat", FILE_BYTES);
    OWNED_PTR char *disks = file_read("/proc/diskstats", FILE_BYTES);
    OWNED_PTR char *stat = file_read("/proc/stat", FILE_BYTES);

    counters->packets = softnet ? observe_parse_softnet(softnet) : NAN;
    counters->ios = disks ? observe_parse_diskstats(disks, is_disk) : NAN;
    counters->switches = stat ? observe_parse_switches(stat) : NAN;
}
