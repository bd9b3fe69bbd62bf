/* SPDX-License-Identifier: GPL-2.0 */
/* Reading what our script makes wrk print at its end. Pure: text in, numbers out. */
#pragma once

#include "base/hist.h"

#include <stddef.h>

struct wrk_result {
    double requests, bytes, failed, seconds;
    struct hist latency; /* as measured, without what wrk adds for requests that it thinks omitted */
};

/* `connections` (at least 1) are those that wrk had. 0, or -EINVAL with what is wrong in `why`. */
int wrk_parse(const char *text, unsigned connections, struct wrk_result *result, char *why, size_t size);
