/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/machine_hits.h"
#include "agents/kernel_fs.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int open_cgroup(const char *path)
{
    return path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
}

static unsigned first_at_point(const struct inventory *inventory, unsigned program)
{
    for (unsigned i = 0; i < program; i++)
        if (strcmp(inventory->programs[i].attach, inventory->programs[program].attach) == 0)
            return i;
    return program;
}

int machine_hits_open(struct machine_hits *hits, const struct inventory *inventory,
                      const struct sampler_place *place)
{
    OWNED_FD int target_fd = open_cgroup(place->target_cgroup);
    OWNED_FD int tracefs_fd = kernel_fs_open("tracefs");
    OWNED_FD int load_fd = open_cgroup(place->workload_cgroup);
    const int cgroup_fds[HIT_CGROUPS] = {[HITS_OF_TARGET] = target_fd, [HITS_OF_LOAD] = load_fd};
    unsigned count = (unsigned)inventory->program_count;

    *hits = (struct machine_hits){0};
    hits->counters = calloc(count + 1, sizeof(struct hit_counter *));
    hits->counted_by = calloc(count + 1, sizeof(unsigned));
    if (!hits->counters || !hits->counted_by)
        return -ENOMEM;
    hits->count = count;
    for (unsigned i = 0; i < count; i++) {
        hits->counted_by[i] = first_at_point(inventory, i);
        if (hits->counted_by[i] == i)
            hits->counters[i] = hit_counter_open(inventory->programs[i].attach, tracefs_fd, cgroup_fds);
    }
    return 0;
}

void machine_hits_read(const struct machine_hits *hits, unsigned program, double passed[HIT_CGROUPS])
{
    const struct hit_counter *counter = hits->counters[hits->counted_by[program]];
    uint64_t counts[HIT_CGROUPS];
    bool known = counter && hit_counter_read(counter, counts) == 0;

    for (unsigned i = 0; i < HIT_CGROUPS; i++)
        passed[i] = known ? (double)counts[i] : NAN;
}

void machine_hits_close(struct machine_hits *hits)
{
    for (unsigned i = 0; i < hits->count; i++)
        hit_counter_close(hits->counters[i]);
    free(hits->counters);
    free(hits->counted_by);
}
