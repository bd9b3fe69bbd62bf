/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"

/*
 * One measuring run per machine at a time: two would measure each other. The lock is one on a device that
 * all network namespaces, and all mounts of devtmpfs, have in common; the kernel frees it when we die, and
 * nothing stays in a file system. (A container whose /dev was made by hand has one of its own.) A descriptor
 * for the caller to keep open, or a negative errno; -EBUSY with a sentence that names the holder.
 */
int lock_machine(struct error *error);

/* PID of whoever holds the lock on the file at `place` ("00:05:8"), by the text of /proc/locks (fs/locks.c:
 * lock_get_status()), which is cut into its lines; 0: it does not say. */
int lock_parse_holder(char *locks, const char *place);
