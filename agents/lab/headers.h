/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "agents/lab/file_set.h"
#include "agents/lab/kernel.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * The headers of a kernel where what compiles looks for them: /lib/modules/RELEASE/build, and what that leads
 * to. Sealed, they go into the files; else as "link=" records of GUEST_CONFIG, since the guest sees ours. A
 * kernel whose headers are not there is left as it is. 0 or -errno.
 */
int lab_headers_add(const struct lab_kernel *kernel, bool sealed, struct file_set *files, FILE *config);
