/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files that the user names and we write to. In a directory that others may write to, what stands at that
 * name may be a link that somebody else put there for us to follow: into a file of ours, or onto a device.
 * The kernel refuses those (fs.protected_symlinks) only where it is told to.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Is the last component a symbolic link that is neither ours nor root's? */
bool output_link_is_foreign(const char *path);

/* open(2) with O_CLOEXEC, which fails with ELOOP on such a link. A descriptor, or -1 with errno. */
int output_open(const char *path, int flags, mode_t mode);
