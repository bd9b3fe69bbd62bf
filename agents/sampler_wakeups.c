/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often the target's threads went to sleep, which is how often they were woken: what an event costs
 * depends on whether its consumer sleeps. A thread that ends takes its count along, so that a target whose
 * threads come and go has fewer here than it had.
 */
#include "agents/cgroup.h"
#include "agents/sampler.h"
#include "agents/text.h"
#include "agents/wakeups.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/files.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define STATUS_BYTES 8192

static int wakeups_open(void **state, const struct sampler_place *place, struct error *error)
{
    static const char present;

    (void)place;
    (void)error;
    *state = (void *)&present;
    return 0;
}

static void wakeups_close(void *state)
{
    (void)state;
}

static bool add_thread(pid_t pid, const char *thread, double *switches)
{
    char path[300];
    OWNED_PTR char *status = NULL;
    uint64_t count;

    snprintf(path, sizeof(path), "/proc/%d/task/%s/status", (int)pid, thread);
    status = file_read(path, STATUS_BYTES);
    if (!status || !text_find_u64(text_of(status, strlen(status)), "voluntary_ctxt_switches:", &count))
        return false;
    *switches += (double)count;
    return true;
}

static bool add_process(pid_t pid, double *switches)
{
    char path[64];
    OWNED_DIR DIR *tasks = NULL;
    struct dirent *entry;
    bool found = false;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    tasks = opendir(path);
    while (tasks && (entry = readdir(tasks)))
        if (entry->d_name[0] != '.')
            found |= add_thread(pid, entry->d_name, switches);
    return found;
}

double wakeups_of(const char *cgroup)
{
    OWNED_PTR pid_t *pids = NULL;
    unsigned count = 0;
    double switches = 0;
    bool found = false;

    if (cgroup_processes(cgroup, &pids, &count) != 0)
        return NAN;
    for (unsigned i = 0; i < count; i++)
        found |= add_process(pids[i], &switches);
    return found ? switches : NAN;
}

static void wakeups_counters(void *state, const struct sampler_place *place, struct values *values)
{
    double wakeups = place->target_cgroup ? wakeups_of(place->target_cgroup) : NAN;

    (void)state;
    if (!isnan(wakeups))
        values_set(values, "target.wakeups", wakeups);
}

const struct sampler_ops sampler_wakeups = {
    .name = "wakeups",
    .summary = "how often the target's threads went to sleep and were woken",
    .open = wakeups_open,
    .counters = wakeups_counters,
    .around = true,
    .close = wakeups_close,
};
