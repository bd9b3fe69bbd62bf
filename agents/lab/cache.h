/* SPDX-License-Identifier: GPL-2.0 */
/* Where kernels are kept: $XDG_CACHE_HOME/tracetoll/kernels, one directory for each, put there in one step.
 */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"

#include <limits.h>

/* Makes it when it is missing. EXIT_ENVIRONMENT. */
int lab_cache_path(char path[PATH_MAX], struct error *error);

/*
 * CACHE/NAME with these Debian packages unpacked in it, unless it is there already; its path in `path`.
 * `packages` ends with NULL. 0 or a negative errno with EXIT_ENVIRONMENT and a sentence: -ENOSPC where less
 * than 600 MiB are free. Removes what dead processes left in the cache, and nothing else.
 */
int lab_cache_fetch(const char *name, const char *const *packages, char path[PATH_MAX],
                    struct interrupt *interrupt, struct error *error);
