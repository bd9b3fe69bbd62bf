/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A directory of ours on a real file system, for loads that need one: removed by us, or, when we were killed,
 * by the next one made in the same place. Flat: files only.
 */
#pragma once

#include "base/error.h"

#include <limits.h>

struct private_directory {
    char path[PATH_MAX]; /* "" before it is made */
    int fd;              /* owned; -1 before */
};

#define PRIVATE_DIRECTORY_NONE ((struct private_directory){.fd = -1})

/* Below `parent`, mode 0700; what dead processes left there goes first. EXIT_ENVIRONMENT with a sentence. */
int private_directory_create(struct private_directory *directory, const char *parent, struct error *error);

/* With the files in it; allowed when there is none. */
void private_directory_remove(struct private_directory *directory);
