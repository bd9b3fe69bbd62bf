/* SPDX-License-Identifier: GPL-2.0 */
/*
 * `make analyze` and `make tidy` put this in front of each file: what an analyzer that sees one file at a
 * time cannot know of others. error_set() and error_prefix() return their `code`, and that is negative.
 */
#pragma once

#include "base/error.h"

#include <stdlib.h>

#define FAILS(function, code, ...)                                                                           \
    ({                                                                                                       \
        int code_ = (code);                                                                                  \
        function(__VA_ARGS__);                                                                               \
        if (code_ >= 0)                                                                                      \
            abort();                                                                                         \
        code_;                                                                                               \
    })
#define error_set(error, status, code, ...) FAILS(error_set, code, error, status, code_, __VA_ARGS__)
#define error_prefix(error, code, ...)      FAILS(error_prefix, code, error, code_, __VA_ARGS__)
