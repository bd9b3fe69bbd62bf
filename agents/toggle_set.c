/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/toggle_set.h"
#include "agents/cgroup.h"
#include "agents/inventory_scan.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/files.h"
#include "base/hash.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMED_MAX 3

static int add(struct inventory *to, const struct inventory_program *program)
{
    struct inventory_program *copy = inventory_program(to, program->id);

    if (!copy)
        return -ENOMEM;
    *copy = *program;
    return 0;
}

/* Takes the first one of the reference that is not taken; false when there is none. */
static bool take(const struct inventory *reference, bool *taken, const struct inventory_program *program)
{
    for (unsigned i = 0; i < reference->program_count; i++) {
        if (taken[i] || !inventory_same_program(&reference->programs[i], program))
            continue;
        taken[i] = true;
        return true;
    }
    return false;
}

int toggle_attribute(const struct inventory *found, const struct inventory *reference, struct inventory *own,
                     struct inventory *foreign, unsigned *missing)
{
    OWNED_PTR bool *taken = calloc(reference ? reference->program_count + 1 : 1, sizeof(*taken));
    int result = taken ? 0 : -ENOMEM;

    for (unsigned i = 0; result == 0 && i < found->program_count; i++) {
        bool is_own = !reference || take(reference, taken, &found->programs[i]);

        result = add(is_own ? own : foreign, &found->programs[i]);
    }
    *missing = 0;
    for (unsigned i = 0; result == 0 && reference && i < reference->program_count; i++)
        *missing += !taken[i];
    return result;
}

static uint64_t hash(uint64_t state, uint32_t number)
{
    return hash_bytes(state, &number, sizeof(number));
}

uint64_t toggle_fingerprint(const struct inventory *before, unsigned *programs)
{
    uint64_t state = HASH_START;
    uint32_t id = 0;

    *programs = 0;
    while (bpf_prog_get_next_id(id, &id) == 0) {
        if (inventory_find(before, id))
            continue;
        state = hash(state, id);
        ++*programs;
    }
    state = hash(state, 0);
    for (id = 0; bpf_link_get_next_id(id, &id) == 0;)
        state = hash(state, id);
    return state;
}

static bool holds_any(const struct inventory *held, const struct inventory *programs)
{
    for (unsigned i = 0; i < held->program_count; i++)
        if (inventory_find(programs, held->programs[i].id))
            return true;
    return false;
}

static int add_pid(pid_t **pids, unsigned *count, pid_t pid)
{
    pid_t *larger = reallocarray(*pids, *count + 1, sizeof(pid_t));

    if (!larger)
        return -ENOMEM;
    larger[(*count)++] = pid;
    *pids = larger;
    return 0;
}

int toggle_holders(const struct inventory *programs, pid_t **pids, unsigned *count)
{
    OWNED_PTR struct inventory_links *seen = calloc(1, sizeof(*seen));
    OWNED_DIR DIR *directory = opendir("/proc");
    OWNED_PTR pid_t *holders = NULL;
    struct dirent *entry;
    int result = seen && directory ? 0 : -ENOMEM;

    *count = 0;
    while (result == 0 && programs->program_count && (entry = readdir(directory))) {
        pid_t pid = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? atoi(entry->d_name) : 0;
        CLEANUP(inventory_free) struct inventory held = {0};

        if (pid == 0 || pid == getpid())
            continue;
        seen->count = 0;
        result = inventory_scan_process(&held, seen, pid);
        if (result == 0 && holds_any(&held, programs))
            result = add_pid(&holders, count, pid);
    }
    *pids = result == 0 ? TAKE_PTR(holders) : NULL;
    return result;
}

static void keep_only(struct inventory *found, const struct inventory *programs)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < found->program_count; i++)
        if (inventory_find(programs, found->programs[i].id))
            found->programs[kept++] = found->programs[i];
    found->program_count = kept;
    free(found->maps); /* of whatever else these processes hold */
    found->maps = NULL;
    found->map_count = 0;
}

int toggle_scan(const struct inventory *before, struct inventory *found)
{
    CLEANUP(inventory_free) struct inventory fresh = {0};
    CLEANUP(inventory_free) struct inventory known = {0};
    OWNED_PTR pid_t *pids = NULL;
    unsigned count = 0;
    int result = inventory_find_new(&fresh, before);

    if (result == 0)
        result = inventory_merge(&known, before);
    if (result == 0)
        result = toggle_holders(&fresh, &pids, &count);
    if (result == 0)
        result = inventory_scan(found, pids, count);
    if (result)
        return result;
    keep_only(found, &fresh);
    return inventory_add_unheld(found, &fresh, &known, NULL);
}

/* "0::/system.slice/agent.service" */
static char *cgroup_of(pid_t pid)
{
    OWNED_PTR char *text = NULL;
    char path[64];
    const char *line;

    snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
    text = file_read(path, 65536);
    line = text ? strstr(text, "0::/") : NULL;
    if (!line || (line != text && line[-1] != '\n'))
        return NULL;
    return strndup(line + 3, strcspn(line + 3, "\n"));
}

char *toggle_cgroup(const pid_t *pids, unsigned count)
{
    OWNED_PTR char *ours = cgroup_of(getpid());
    OWNED_PTR char *common = count ? cgroup_of(pids[0]) : NULL;
    OWNED_PTR char *mount = cgroup_mount_point();
    char *path = NULL;

    if (!common || !mount || strcmp(common, "/") == 0 || strstr(common, "/..") ||
        (ours && strcmp(ours, common) == 0))
        return NULL;
    for (unsigned i = 1; i < count; i++) {
        OWNED_PTR char *other = cgroup_of(pids[i]);

        if (!other || strcmp(other, common) != 0)
            return NULL;
    }
    return asprintf(&path, "%s%s", mount, common) < 0 ? NULL : path;
}

char *toggle_name_holders(const struct inventory *programs, char *text, size_t size)
{
    OWNED_PTR pid_t *pids = NULL;
    unsigned count = 0;
    size_t used = 0;

    text[0] = '\0';
    if (toggle_holders(programs, &pids, &count) != 0)
        return text;
    for (unsigned i = 0; i < count && i < NAMED_MAX && used + 1 < size; i++) {
        OWNED_PTR char *name = NULL;
        char path[64];

        snprintf(path, sizeof(path), "/proc/%d/comm", (int)pids[i]);
        name = file_read(path, 64);
        used += (size_t)snprintf(text + used, size - used, "%s%.*s (PID %d)", i ? ", " : "held by ",
                                 name ? (int)strcspn(name, "\n") : 1, name ? name : "?", (int)pids[i]);
    }
    return text;
}
