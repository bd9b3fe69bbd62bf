/* SPDX-License-Identifier: GPL-2.0 */
/* The agent that is watched, as it is on this machine: its processes and its BPF programs. */
#pragma once

#include "agents/inventory.h"
#include "orchestrator/watch/watch.h"

#include <sys/types.h>

/* A zeroed one is empty, and owns what is found. */
struct watch_agent {
    struct inventory programs; /* those that are watched, and the maps that they use */
    pid_t *pids;
    uint64_t *started; /* of each, as process_started() has it; 0: it was gone */
    unsigned pid_count;
    uint64_t fingerprint; /* of the system's programs and links when it was looked for; 0: never */
    uint64_t looked_at_ns;
};

/*
 * Looks for it. Descriptors of processes are looked through only when the system's programs or the agent's
 * processes have changed, and once a minute: who takes up a program that was there tells nobody. Else what
 * was found stays. Nothing found is no error. 0 or a negative errno.
 */
int watch_agent_find(struct watch_agent *agent, const struct watch_plan *plan);
void watch_agent_free(struct watch_agent *agent);

/* A cgroup as a scenario has it ("system.slice/agent.service", or a whole path): its path (malloc'd), NULL
 * without cgroups. */
char *watch_cgroup_path(const char *given);
