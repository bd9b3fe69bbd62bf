/* SPDX-License-Identifier: GPL-2.0 */
/* What stands behind --kernel: the name of a kernel, as text; nothing is looked up here. */
#pragma once

#include "base/error.h"

#include <limits.h>

enum lab_origin { LAB_HOST, LAB_DEBIAN, LAB_FILES };

struct lab_name {
    const char *text; /* as given; borrowed */
    enum lab_origin origin;
    char version[32];     /* of LAB_DEBIAN: "6.1" (a series) or "6.1.0-44" (one build) */
    char flavour[16];     /* "cloud" or "rt" */
    char image[PATH_MAX]; /* of LAB_FILES */
    char modules[PATH_MAX];
    char headers[PATH_MAX]; /* "": none */
};

/*
 * "host", "debian:6.1", "debian:6.1.0-44", "debian:rt-6.1", "image=PATH,modules=DIR[,headers=DIR]". `text`
 * must outlive *name. EXIT_USAGE with a sentence that shows the forms.
 */
int lab_name_parse(const char *text, struct lab_name *name, struct error *error);
