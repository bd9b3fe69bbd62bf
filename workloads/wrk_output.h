/* SPDX-License-Identifier: GPL-2.0 */
/* Reading what our script makes wrk print at its end. Pure: text in, numbers out. */
#pragma once

#include "base/hist.h"

#include <stddef.h>

struct wrk_result {
    double requests, bytes, failed, seconds;
    struct hist latency;
};

/* 0, or -EINVAL with what is wrong in `why`. */
int wrk_parse(const char *text, struct wrk_result *result, char *why, size_t size);
