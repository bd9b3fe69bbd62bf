/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file set as a newc archive, the format of an initramfs (kernel: Documentation/driver-api/early-userspace/
 * buffer-format.rst). Owner 0:0 and time 0 for every file: same content, same bytes. Written here and not by
 * libarchive or cpio: the first would bring its own libraries into every guest that has our program, the
 * second wants a copy of all files.
 */
#pragma once

#include "agents/lab/file_set.h"
#include "base/error.h"

#include <stdint.h>

/* Into an open file, at its offset; *size_bytes: what was written. EXIT_ENVIRONMENT naming the file that
 * can't be read, or the lack of space. */
int cpio_write(int fd, const struct file_set *set, uint64_t *size_bytes, struct error *error);
