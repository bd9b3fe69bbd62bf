/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/inventory.h"
#include "agents/inventory_scan.h"
#include "agents/machine.h"
#include "base/cleanup.h"
#include "base/hash.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void inventory_free(struct inventory *inventory)
{
    free(inventory->programs);
    free(inventory->maps);
    *inventory = (struct inventory){0};
}

/* Room for one more element; sizes double, from 16. */
static void *grow(void *array, unsigned count, size_t size)
{
    if (count != 0 && (count < 16 || (count & (count - 1)) != 0))
        return array;
    return realloc(array, (count < 16 ? 16 : count * 2) * size);
}

const struct inventory_program *inventory_find(const struct inventory *inventory, uint32_t id)
{
    for (unsigned i = 0; i < inventory->program_count; i++)
        if (inventory->programs[i].id == id)
            return &inventory->programs[i];
    return NULL;
}

struct inventory_program *inventory_program(struct inventory *inventory, uint32_t id)
{
    struct inventory_program *found = (struct inventory_program *)inventory_find(inventory, id);
    void *larger;

    if (found)
        return found;
    larger = grow(inventory->programs, inventory->program_count, sizeof(*inventory->programs));
    if (!larger)
        return NULL;
    inventory->programs = larger;
    found = &inventory->programs[inventory->program_count++];
    *found = (struct inventory_program){.id = id};
    return found;
}

struct inventory_map *inventory_map(struct inventory *inventory, uint32_t id)
{
    struct inventory_map *larger;

    for (unsigned i = 0; i < inventory->map_count; i++)
        if (inventory->maps[i].id == id)
            return &inventory->maps[i];
    larger = grow(inventory->maps, inventory->map_count, sizeof(*inventory->maps));
    if (!larger)
        return NULL;
    inventory->maps = larger;
    larger += inventory->map_count++;
    *larger = (struct inventory_map){.id = id};
    return larger;
}

int inventory_merge(struct inventory *to, const struct inventory *from)
{
    for (unsigned i = 0; i < from->program_count; i++) {
        struct inventory_program *program = NULL;

        if (inventory_find(to, from->programs[i].id))
            continue;
        program = inventory_program(to, from->programs[i].id);
        if (!program)
            return -ENOMEM;
        *program = from->programs[i];
    }
    return 0;
}

static int by_id(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

void inventory_sort(struct inventory *inventory)
{
    _Static_assert(offsetof(struct inventory_program, id) == 0 && offsetof(struct inventory_map, id) == 0,
                   "by_id reads the first member");
    if (inventory->program_count)
        qsort(inventory->programs, inventory->program_count, sizeof(*inventory->programs), by_id);
    if (inventory->map_count)
        qsort(inventory->maps, inventory->map_count, sizeof(*inventory->maps), by_id);
}

/* -ENOENT for programs that end while we look is not an error: they are taken out again by the caller. The
 * doctor's own are closed, and nobody's. */
static int add_system_programs(struct inventory *inventory)
{
    struct inventory_program *program;
    uint32_t id = 0;

    while (bpf_prog_get_next_id(id, &id) == 0) {
        program = inventory_program(inventory, id);
        if (!program)
            return -ENOMEM;
        if (inventory_read_program(NULL, program) != 0 || strcmp(program->name, MACHINE_PROBE_NAME) == 0)
            inventory->program_count--;
    }
    return errno == ENOENT ? 0 : -errno;
}

static int add_system_maps(struct inventory *inventory)
{
    uint32_t id = 0;

    while (bpf_map_get_next_id(id, &id) == 0)
        if (!inventory_map(inventory, id))
            return -ENOMEM;
    return errno == ENOENT ? 0 : -errno;
}

int inventory_of_system(struct inventory *inventory)
{
    struct inventory found = {0};
    int result = add_system_programs(&found);

    if (result == 0)
        result = add_system_maps(&found);
    if (result == 0)
        result = inventory_describe(&found);
    if (result != 0) {
        inventory_free(&found);
        return result;
    }
    inventory_free(inventory);
    *inventory = found;
    return 0;
}

int inventory_of_processes(struct inventory *inventory, const pid_t *pids, unsigned pid_count)
{
    struct inventory found = {0};
    int result = inventory_scan(&found, pids, pid_count);

    if (result == 0)
        result = inventory_describe(&found);
    if (result != 0) {
        inventory_free(&found);
        return result;
    }
    inventory_free(inventory);
    *inventory = found;
    return 0;
}

bool inventory_attachment_shows(const struct inventory_program *program)
{
    static const char *const tracing[] = {
        "kprobe", "tracepoint", "raw_tracepoint", "raw_tracepoint_writable", "tracing", "perf_event",
        "lsm",    "ext"};

    for (unsigned i = 0; i < ARRAY_SIZE(tracing); i++)
        if (strcmp(program->type, tracing[i]) == 0)
            return true;
    return false;
}

bool inventory_is_attached(const struct inventory *inventory)
{
    for (unsigned i = 0; i < inventory->program_count; i++) {
        const struct inventory_program *program = &inventory->programs[i];

        if (program->mechanism[0] || (program->type[0] && !inventory_attachment_shows(program)))
            return true;
    }
    return false;
}

static int by_set(const void *a, const void *b)
{
    const struct inventory_program *left = *(const struct inventory_program *const *)a;
    const struct inventory_program *right = *(const struct inventory_program *const *)b;
    int order = strcmp(left->name, right->name);

    if (order == 0)
        order = strcmp(left->type, right->type);
    return order ? order : memcmp(left->points, right->points, sizeof(left->points));
}

bool inventory_same_program(const struct inventory_program *a, const struct inventory_program *b)
{
    return by_set(&a, &b) == 0;
}

static const struct inventory_program **sorted_by_set(const struct inventory *inventory)
{
    const struct inventory_program **sorted = calloc(inventory->program_count + 1, sizeof(*sorted));

    for (unsigned i = 0; sorted && i < inventory->program_count; i++)
        sorted[i] = &inventory->programs[i];
    if (sorted)
        qsort(sorted, inventory->program_count, sizeof(*sorted), by_set);
    return sorted;
}

bool inventory_same_set(const struct inventory *a, const struct inventory *b)
{
    OWNED_PTR const struct inventory_program **left = NULL;
    OWNED_PTR const struct inventory_program **right = NULL;
    bool same = true;

    if (a->program_count != b->program_count)
        return false;
    left = sorted_by_set(a);
    right = sorted_by_set(b);
    if (!left || !right)
        return false;
    for (unsigned i = 0; same && i < a->program_count; i++)
        same = by_set(&left[i], &right[i]) == 0;
    return same;
}

uint64_t inventory_fingerprint(const struct inventory *inventory)
{
    uint64_t state = HASH_START;

    if (inventory->program_count == 0 && inventory->link_count == 0 && inventory->perf_event_count == 0)
        return 0;
    for (unsigned i = 0; i < inventory->program_count; i++) {
        const struct inventory_program *program = &inventory->programs[i];

        state = hash_bytes(state, &program->id, sizeof(program->id));
        state = hash_bytes(state, program->points, sizeof(program->points));
    }
    state = hash_bytes(state, &inventory->link_count, sizeof(inventory->link_count));
    state = hash_bytes(state, &inventory->perf_event_count, sizeof(inventory->perf_event_count));
    return state ? state : 1;
}

unsigned inventory_still_present(const struct inventory *inventory, unsigned *first)
{
    unsigned present = 0;

    for (unsigned i = 0; i < inventory->program_count; i++) {
        OWNED_FD int fd = bpf_prog_get_fd_by_id(inventory->programs[i].id);

        if (fd >= 0 && present++ == 0 && first)
            *first = i;
    }
    return present;
}
