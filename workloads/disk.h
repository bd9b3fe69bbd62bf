/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a disk load reads and writes: a file in a private directory, a file on a file system of its own (on a
 * loop device), or a block device given by name. All but the private directory is held by descriptors: the
 * image has no name, the file system is mounted nowhere, and the loop device frees itself.
 */
#pragma once

#include "base/error.h"
#include "base/private_directory.h"

#include <limits.h>
#include <stdint.h>

struct disk {
    char path[PATH_MAX + 32]; /* of the file or device that the load is given */
    struct private_directory directory;
    int loop_fd, mount_fd; /* owned; -1: none */
};

#define DISK_NONE ((struct disk){.directory = {.fd = -1}, .loop_fd = -1, .mount_fd = -1})

/* A file in a private directory below `parent`. */
int disk_use_file(struct disk *disk, const char *parent, struct error *error);

/* A file on a new ext4 with room for `bytes`, on a loop device whose image has no name below `parent`. */
int disk_use_loop(struct disk *disk, const char *parent, uint64_t bytes, struct error *error);

/*
 * The device itself, and only when it is in nobody's use, and empty or named a second time by `destroy` (may
 * be NULL). EXIT_USAGE or EXIT_ENVIRONMENT with a sentence.
 */
int disk_use_device(struct disk *disk, const char *device, const char *destroy, struct error *error);

/* Allowed when there is none. */
void disk_release(struct disk *disk);
