/* SPDX-License-Identifier: GPL-2.0 */
/* An ext4 of our own on a loop device, owned by descriptors alone. */
#pragma once

#include "base/error.h"

#include <stdint.h>

#define DISK_LOOP_MKFS "mkfs.ext4" /* the program that it runs */

/*
 * An image without a name below `parent`, with room for `bytes`; *loop_fd is the device, *mount_fd the
 * mounted root, attached to no tree. Both are the caller's; closing them undoes everything. EXIT_UNSUPPORTED
 * or EXIT_ENVIRONMENT with a sentence.
 */
int disk_loop_open(const char *parent, uint64_t bytes, int *loop_fd, int *mount_fd, struct error *error);
