/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/target_life.h"
#include "base/cleanup.h"

#include <errno.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statfs.h>

static const struct {
    const char *type, *directory;
    long magic;
} needed[] = {
    {"debugfs", "/sys/kernel/debug", DEBUGFS_MAGIC},
    {"tracefs", "/sys/kernel/tracing", TRACEFS_MAGIC},
    {"bpf", "/sys/fs/bpf", BPF_FS_MAGIC},
};

/*
 * What can't be mounted (a kernel without it) is left out: many tools do without, and those that don't say so
 * themselves.
 */
int mounts_make_private(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return -errno;
    for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
        struct statfs status;

        if (statfs(needed[i].directory, &status) == 0 && status.f_type != needed[i].magic)
            mount(needed[i].type, needed[i].directory, needed[i].type, MS_NOSUID | MS_NODEV | MS_NOEXEC,
                  NULL);
    }
    return 0;
}
