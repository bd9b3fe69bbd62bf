/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/kernel_fs.h"
#include "base/cleanup.h"
#include "base/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>

int kernel_fs_open(const char *type)
{
    OWNED_FD int context = -1;
    char path[PATH_MAX];
    int fd = -1;

    if (mounts_first(type, path, sizeof(path)))
        fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        return fd;
    context = fsopen(type, FSOPEN_CLOEXEC);
    if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
        return -errno;
    fd = fsmount(context, FSMOUNT_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}
