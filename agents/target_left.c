/* SPDX-License-Identifier: GPL-2.0 */
/* Where a program that outlived its tool is pinned. */
#include "agents/fdinfo.h"
#include "agents/inventory_scan.h"
#include "agents/target_life.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/files.h"
#include "base/mounts.h"

#include <bpf/bpf.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 16

/* A pinned program's own ID, that of a pinned link's program, or 0. Only links have a link_id. */
static uint32_t pinned_program(const char *path)
{
    OWNED_FD int fd = bpf_obj_get(path);
    OWNED_PTR char *fdinfo = NULL;
    char file[64];

    if (fd < 0)
        return 0;
    snprintf(file, sizeof(file), "/proc/self/fdinfo/%d", fd);
    fdinfo = file_read(file, 4096);
    return fdinfo_id(fdinfo, "prog_id");
}

static char *search(const char *path, uint32_t program_id, unsigned depth)
{
    OWNED_DIR DIR *directory = opendir(path);
    struct dirent *entry;
    char *found = NULL;

    while (directory && !found && (entry = readdir(directory))) {
        OWNED_PTR char *inner = NULL;

        if (entry->d_name[0] == '.')
            continue;
        if (asprintf(&inner, "%s/%s", path, entry->d_name) < 0) {
            inner = NULL;
            break;
        }
        if (entry->d_type == DT_DIR && depth > 0)
            found = search(inner, program_id, depth - 1);
        else if (entry->d_type == DT_REG && pinned_program(inner) == program_id)
            found = TAKE_PTR(inner);
    }
    return found;
}

struct pin_search {
    uint32_t program_id;
    char *found; /* owned */
};

static bool search_mount(void *context, const char *point)
{
    struct pin_search *pins = context;

    pins->found = search(point, pins->program_id, DEPTH_MAX);
    return pins->found != NULL;
}

char *pin_path_of(uint32_t program_id)
{
    struct pin_search pins = {program_id, NULL};

    mounts_visit("bpf", search_mount, &pins);
    return pins.found;
}
