/* SPDX-License-Identifier: GPL-2.0 */
/* Programs without a descriptor anywhere: which of those new in the system are nobody else's? */
#include "agents/inventory_scan.h"
#include "base/cleanup.h"
#include "base/directory.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int inventory_find_new(struct inventory *fresh, const struct inventory *before)
{
    uint32_t id = 0;

    while (bpf_prog_get_next_id(id, &id) == 0)
        if (!inventory_find(before, id) && !inventory_program(fresh, id))
            return -ENOMEM;
    return 0;
}

static void remove_known(struct inventory *fresh, const struct inventory *known)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < fresh->program_count; i++)
        if (!inventory_find(known, fresh->programs[i].id))
            fresh->programs[kept++] = fresh->programs[i];
    fresh->program_count = kept;
}

static int scan_everyone(struct inventory *held)
{
    OWNED_DIR DIR *directory = opendir("/proc");
    OWNED_PTR struct inventory_links *seen = calloc(1, sizeof(*seen));
    struct dirent *entry;
    int result = directory && seen ? 0 : -ENOMEM;

    while (result == 0 && (entry = readdir(directory)))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            result = inventory_scan_process(held, seen, atoi(entry->d_name));
    return result;
}

/* Takes what strangers hold out of `fresh` and remembers it in `before`. */
static int remove_foreign(struct inventory *fresh, struct inventory *before)
{
    struct inventory held = {0};
    int result = scan_everyone(&held);

    for (unsigned i = 0; result == 0 && i < fresh->program_count; i++)
        if (inventory_find(&held, fresh->programs[i].id) && !inventory_program(before, fresh->programs[i].id))
            result = -ENOMEM;
    if (result == 0)
        remove_known(fresh, &held);
    inventory_free(&held);
    return result;
}

/* A link may be pinned as well: it tells the attach point. */
static void attach_links(struct inventory *fresh)
{
    uint32_t id = 0;

    while (bpf_link_get_next_id(id, &id) == 0)
        if (inventory_find(fresh, attach_link_program(id)))
            attach_from_link(fresh, id);
}

static bool has_such(const struct inventory *reference, const struct inventory_program *program)
{
    for (unsigned i = 0; i < reference->program_count; i++)
        if (inventory_same_program(&reference->programs[i], program))
            return true;
    return false;
}

/* What a container's runtime leaves to the kernel guards the container's devices, and no tracing tool has
 * any: into `before`, so that nobody is asked again who holds it. */
static int pass_over(struct inventory *before, const struct inventory_program *program)
{
    return inventory_program(before, program->id) ? 0 : -ENOMEM;
}

/* Somebody else may leave a program to the kernel meanwhile. Once it is known what the target is like, it has
 * to be like that; it may yet become so, while it is being attached. */
static bool may_be_ours(const struct inventory_program *program, const struct inventory *reference)
{
    return !reference || reference->program_count == 0 || has_such(reference, program);
}

static int merge(struct inventory *inventory, struct inventory *fresh, struct inventory *before,
                 const struct inventory *reference)
{
    for (unsigned i = 0; i < fresh->program_count; i++) {
        struct inventory_program *program;

        if (inventory_read_program(NULL, &fresh->programs[i]) != 0)
            continue;
        if (strcmp(fresh->programs[i].type, "cgroup_device") == 0) {
            if (pass_over(before, &fresh->programs[i]))
                return -ENOMEM;
            continue;
        }
        if (!may_be_ours(&fresh->programs[i], reference) ||
            inventory_read_program(inventory, &fresh->programs[i]) != 0) /* now with its maps */
            continue;
        program = inventory_program(inventory, fresh->programs[i].id);
        if (!program)
            return -ENOMEM;
        *program = fresh->programs[i];
    }
    inventory_sort(inventory);
    return 0;
}

int inventory_add_unheld(struct inventory *inventory, struct inventory *fresh, struct inventory *before,
                         const struct inventory *reference)
{
    int result;

    remove_known(fresh, inventory);
    if (fresh->program_count == 0)
        return 0;
    result = remove_foreign(fresh, before);
    if (result != 0 || fresh->program_count == 0)
        return result;
    attach_links(fresh);
    return merge(inventory, fresh, before, reference);
}
