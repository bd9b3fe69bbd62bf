/* SPDX-License-Identifier: GPL-2.0 */
/* Is everything there that `tracetoll kernels` needs? */
#include "agents/doctor_checks.h"
#include "agents/lab/cache.h"
#include "agents/lab/qemu.h"
#include "agents/lab/virtiofs.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/program_path.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *program, *package;
} needed[] = {
    {QEMU_PROGRAM, QEMU_PACKAGE}, {"apt-get", "apt"}, {"dpkg-deb", "dpkg"},
    {"depmod", "kmod"},           {"xz", "xz-utils"},
};

static unsigned count_cached(const char *cache)
{
    OWNED_DIR DIR *directory = opendir(cache);
    struct dirent *entry;
    unsigned count = 0;

    while (directory && (entry = readdir(directory)))
        count += strncmp(entry->d_name, "linux-image-", 12) == 0;
    return count;
}

DOCTOR_CHECK(doctor_lab)
{
    char cache[PATH_MAX], remedy[96];

    (void)check;
    for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
        OWNED_PTR char *path = NULL;

        if (program_find(needed[i].program, &path, NULL) == 0)
            continue;
        snprintf(remedy, sizeof(remedy), "apt-get install --no-install-recommends %s", needed[i].package);
        finding_set(finding, FINDING_UNSUPPORTED, "kernels are fetched, unpacked and booted with it", remedy,
                    "%s not found", needed[i].program);
        return;
    }
    if (lab_cache_path(cache, NULL) != 0)
        finding_set(finding, FINDING_UNSUPPORTED, "kernels have no place to be kept",
                    "name one with XDG_CACHE_HOME", "the cache can't be made");
    else if (!virtiofs_program())
        finding_set(finding, FINDING_DEGRADED, "--timed puts guests on this machine's root with virtiofsd",
                    "apt-get install qemu-system-common", "--exact alone; %u kernels cached",
                    count_cached(cache));
    else
        finding_ok(finding, "ready; %u kernels cached in %.200s", count_cached(cache), cache);
}
