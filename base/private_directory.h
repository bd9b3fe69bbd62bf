/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A directory of ours on a real file system, for loads that need one: removed by us, or, when we were killed,
 * by the next one made in the same place. Programs make what they like in it, directories included, and are
 * killed before they remove it. A process may have several in one place, a few dozen.
 */
#pragma once

#include "base/error.h"

#include <limits.h>

struct private_directory {
    char path[PATH_MAX]; /* "" before it is made */
    int fd;              /* owned; -1 before */
};

#define PRIVATE_DIRECTORY_NONE ((struct private_directory){.fd = -1})

/*
 * Below `parent`, mode 0700; what dead processes left there goes first. Whatever the outcome, *directory may
 * be given to private_directory_remove(), which is to be called for one that was made. 0 or a negative errno,
 * with EXIT_ENVIRONMENT and a sentence.
 */
int private_directory_create(struct private_directory *directory, const char *parent, struct error *error);

/*
 * With all that is in it; allowed when there is none. Links in it are removed and not followed, and what is
 * mounted in it stays. Those who wrote in it must have been ended: they have a second to be gone.
 */
void private_directory_remove(struct private_directory *directory);
