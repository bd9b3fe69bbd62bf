/* SPDX-License-Identifier: GPL-2.0 */
/* Reading what `fio --output-format=json+` prints. Pure: text in, numbers out. */
#pragma once

#include "base/hist.h"

#include <stddef.h>

struct fio_result {
    double operations, bytes; /* reads and writes together */
    double seconds;
    struct hist latency; /* completion latency of all */
};

/* 0, or -EINVAL with what is wrong in `why`. */
int fio_parse(const char *text, struct fio_result *result, char *why, size_t size);
