/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/cleanup.h"

#include <dirent.h>

static inline void close_directory(DIR **directory)
{
    if (*directory)
        closedir(*directory);
    *directory = NULL;
}

#define OWNED_DIR CLEANUP(close_directory)
