/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/watch/agent.h"
#include "agents/cgroup.h"
#include "agents/inventory_scan.h"
#include "agents/toggle_set.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/directory.h"
#include "base/files.h"
#include "base/process.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#define REFRESH_NS (60 * NS_PER_SECOND)

void watch_agent_free(struct watch_agent *agent)
{
    inventory_free(&agent->programs);
    free(agent->pids);
    free(agent->started);
    *agent = (struct watch_agent){0};
}

char *watch_cgroup_path(const char *given)
{
    OWNED_PTR char *mount = cgroup_mount_point();
    char *path = NULL;

    if (!mount)
        return NULL;
    if (strncmp(given, mount, strlen(mount)) == 0)
        return strdup(given);
    return asprintf(&path, "%s/%s", mount, given + (given[0] == '/')) < 0 ? NULL : path;
}

/* --- processes --- */

static bool has_name(pid_t pid, const char *wanted)
{
    OWNED_PTR char *name = NULL;
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
    name = file_read(path, 64);
    if (!name)
        return false;
    name[strcspn(name, "\n")] = '\0';
    return strcmp(name, wanted) == 0;
}

static int all_processes(pid_t **pids, unsigned *count)
{
    OWNED_DIR DIR *directory = opendir("/proc");
    struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        pid_t *larger;

        if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
            continue;
        larger = reallocarray(*pids, *count + 1, sizeof(pid_t));
        if (!larger)
            return -ENOMEM;
        larger[(*count)++] = atoi(entry->d_name);
        *pids = larger;
    }
    return directory ? 0 : -errno;
}

static void keep_named(pid_t *pids, unsigned *count, const char *name)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < *count; i++)
        if (has_name(pids[i], name))
            pids[kept++] = pids[i];
    *count = kept;
}

/* Those that the plan names; without cgroup and process it names none. A cgroup that is not there has none.
 */
static int named_processes(const struct watch_plan *plan, pid_t **pids, unsigned *count)
{
    OWNED_PTR char *cgroup = plan->cgroup ? watch_cgroup_path(plan->cgroup) : NULL;
    int result = 0;

    if (cgroup)
        result = cgroup_processes(cgroup, pids, count);
    else if (!plan->cgroup && plan->process)
        result = all_processes(pids, count);
    if (result == -ENOENT)
        result = 0;
    if (result == 0 && plan->process)
        keep_named(*pids, count, plan->process);
    return result;
}

/* --- programs --- */

static int system_programs(struct inventory *inventory)
{
    for (uint32_t id = 0; bpf_prog_get_next_id(id, &id) == 0;) {
        struct inventory_program *program = inventory_program(inventory, id);

        if (!program)
            return -ENOMEM;
        if (inventory_read_program(NULL, program) != 0)
            inventory->program_count--;
    }
    return 0;
}

/* Anew, so that maps are those of the programs that are wanted, and no others. */
static int keep_wanted(const struct watch_plan *plan, const struct inventory *found, struct inventory *wanted)
{
    for (unsigned i = 0; i < found->program_count; i++) {
        struct inventory_program *program;
        int result;

        if (!watch_wants(plan, found->programs[i].name))
            continue;
        program = inventory_program(wanted, found->programs[i].id);
        if (!program)
            return -ENOMEM;
        result = inventory_read_program(wanted, program);
        if (result == -ENOMEM)
            return result;
        if (result)
            wanted->program_count--;
    }
    return 0;
}

static int find_programs(struct watch_agent *agent, const struct watch_plan *plan)
{
    CLEANUP(inventory_free) struct inventory found = {0};
    bool by_process = plan->cgroup || plan->process;
    int result = by_process ? inventory_scan(&found, agent->pids, agent->pid_count) : system_programs(&found);

    inventory_free(&agent->programs);
    if (result == 0)
        result = keep_wanted(plan, &found, &agent->programs);
    if (result == 0 && !by_process)
        result = toggle_holders(&agent->programs, &agent->pids, &agent->pid_count);
    return result;
}

static int remember_starts(struct watch_agent *agent)
{
    free(agent->started);
    agent->started = calloc(agent->pid_count + 1, sizeof(*agent->started));
    for (unsigned i = 0; agent->started && i < agent->pid_count; i++)
        if (process_started(agent->pids[i], &agent->started[i]) != 0)
            agent->started[i] = 0;
    return agent->started ? 0 : -ENOMEM;
}

/* None has gone, or has the number of one that has. */
static bool all_live_on(const struct watch_agent *agent)
{
    uint64_t started;

    for (unsigned i = 0; i < agent->pid_count; i++)
        if (process_started(agent->pids[i], &started) != 0 || started != agent->started[i])
            return false;
    return true;
}

static bool same_processes(const struct watch_agent *agent, const pid_t *pids, unsigned count)
{
    return agent->pid_count == count && (count == 0 || memcmp(agent->pids, pids, count * sizeof(*pids)) == 0);
}

/* Is what was found still so? `pids` are those that the plan names, if it names any. */
static bool is_fresh(const struct watch_agent *agent, const struct watch_plan *plan, uint64_t fingerprint,
                     const pid_t *pids, unsigned count)
{
    if (agent->fingerprint != fingerprint || clock_now_ns() - agent->looked_at_ns >= REFRESH_NS)
        return false;
    if ((plan->cgroup || plan->process) && !same_processes(agent, pids, count))
        return false;
    return all_live_on(agent);
}

int watch_agent_find(struct watch_agent *agent, const struct watch_plan *plan)
{
    static const struct inventory nothing = {0};
    OWNED_PTR pid_t *pids = NULL;
    unsigned count = 0, programs;
    uint64_t fingerprint = toggle_fingerprint(&nothing, &programs);
    int result = named_processes(plan, &pids, &count);

    if (result || is_fresh(agent, plan, fingerprint, pids, count))
        return result;
    free(agent->pids);
    agent->pids = TAKE_PTR(pids);
    agent->pid_count = count;
    result = find_programs(agent, plan);
    if (result == 0)
        result = remember_starts(agent);
    agent->fingerprint = result ? 0 : fingerprint;
    agent->looked_at_ns = clock_now_ns();
    return result;
}
