/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kernel that can be booted: found in the cache, or fetched into it by the distribution's own tools, which
 * check its signature. Unpacked, never installed.
 */
#pragma once

#include "agents/lab/kernel_name.h"
#include "base/interrupt.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

struct lab_kernel {
    const struct lab_name *name; /* borrowed */
    char release[128];           /* "6.1.0-44-cloud-amd64" */
    char image[PATH_MAX];
    char modules[PATH_MAX]; /* its /lib/modules/RELEASE */
    char config[PATH_MAX];  /* "": not known */
    char headers[PATH_MAX]; /* root of its headers' packages (/usr/src is below it), or the headers themselves
                             * of LAB_FILES; "": not there yet */
};

/*
 * Makes it bootable; progress to `notes` (NULL: none). EXIT_USAGE when there is no such kernel, with what
 * there is; EXIT_ENVIRONMENT when it can't be fetched or there is no room. LAB_HOST has nothing to find.
 */
int lab_kernel_find(const struct lab_name *name, struct lab_kernel *kernel, FILE *notes,
                    struct interrupt *interrupt, struct error *error);

/* Its headers as well, for targets that compile. The same errors. */
int lab_kernel_find_headers(struct lab_kernel *kernel, FILE *notes, struct interrupt *interrupt,
                            struct error *error);

/* What is cached and what the package system has, one line each, to `out`. */
int lab_kernel_list(FILE *out, struct interrupt *interrupt, struct error *error);

/* Is `package` a kernel image of this version and flavour? *build points to "6.1.0-44" within it, of *length.
 */
bool lab_package_matches(const char *package, const struct lab_name *name, const char **build,
                         size_t *length);
