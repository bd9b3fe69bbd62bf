/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"

#include <limits.h>

/*
 * $XDG_CACHE_HOME/tracetoll, and `leaf` below it ("": itself), made when it is missing; the last 256 bytes of
 * `path` stay free. EXIT_ENVIRONMENT with a sentence.
 */
int cache_directory(const char *leaf, char path[PATH_MAX], struct error *error);
