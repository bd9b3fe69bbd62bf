/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"

/*
 * One measuring run per machine at a time: two would measure each other. The lock is a listening socket with
 * an abstract name, so that the kernel frees it when we die, nothing stays in a file system, and the next
 * run learns our PID from the socket's credentials. A descriptor for the caller to keep open, or a negative
 * errno; -EBUSY with a sentence that names the holder.
 */
int lock_machine(struct error *error);
