/* SPDX-License-Identifier: GPL-2.0 */
#include "base/mounts.h"
#include "base/cleanup.h"

#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>

static void close_mounts(FILE **file)
{
    if (*file)
        endmntent(*file);
}

bool mounts_visit(const char *type, mount_visitor *visitor, void *context)
{
    CLEANUP(close_mounts) FILE *mounts = setmntent("/proc/self/mounts", "re");
    struct mntent entry;
    char buffer[2 * PATH_MAX];

    while (mounts && getmntent_r(mounts, &entry, buffer, sizeof(buffer)))
        if (strcmp(entry.mnt_type, type) == 0 && visitor(context, entry.mnt_dir))
            return true;
    return false;
}

struct place {
    char *path;
    size_t size;
};

static bool take(void *context, const char *point)
{
    const struct place *place = context;

    snprintf(place->path, place->size, "%s", point);
    return true;
}

const char *mounts_first(const char *type, char *path, size_t size)
{
    struct place place = {path, size};

    return mounts_visit(type, take, &place) ? path : NULL;
}
