/* SPDX-License-Identifier: GPL-2.0 */
/* Where a program that outlived its tool is pinned. */
#include "agents/fdinfo.h"
#include "agents/inventory_scan.h"
#include "agents/target_life.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/files.h"

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

char *pin_path_of(uint32_t program_id)
{
    OWNED_PTR char *text = file_read("/proc/self/mountinfo", 4u << 20);
    char *rest = NULL, *line, *found = NULL;

    for (line = text ? strtok_r(text, "\n", &rest) : NULL; line && !found;
         line = strtok_r(NULL, "\n", &rest)) {
        char point[1024];

        if (strstr(line, " - bpf ") && sscanf(line, "%*s %*s %*s %*s %1023s", point) == 1)
            found = search(point, program_id, DEPTH_MAX);
    }
    return found;
}
