/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Texts are argv's. */
struct watch_options {
    const char *scenario, *textfile, *rules; /* the latter two NULL: not given */
    uint64_t interval_ns;                    /* 0: as the scenario says */
    bool has_statistics;
    uint64_t statistics_ns;
    uint64_t count; /* looks; 0: until a signal comes */
    bool quiet;
};

/* 1: help was printed. -EINVAL with a sentence. */
int watch_options_parse(struct watch_options *options, int argc, char **argv, struct error *error);
