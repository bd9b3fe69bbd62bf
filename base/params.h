/* SPDX-License-Identifier: GPL-2.0 */
/*
 * "NAME[,KEY=VALUE...]", the way workloads and topologies are named on the command line. What keys exist,
 * with their default, is a table beside the thing that takes them; a value may hold a comma when it is
 * written in double quotes (cmd="sort -k1,1 file").
 */
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct param_spec {
    const char *name;
    const char *unit;     /* "bytes", "CPU", "" ... for the help */
    const char *fallback; /* default value as text; NULL: none, "" is a value */
    const char *summary;
    const char *const *choices; /* NULL-terminated; NULL: any value */
};

struct param {
    const struct param_spec *spec;
    char *value; /* owned; NULL: not given and without a default */
};

/* Owns everything in it but the specs; a zeroed struct is empty. */
struct params {
    char *name;
    struct param *items;
    size_t count;
};

void params_free(struct params *params);

/*
 * Splits off the name, without looking at keys: *name is allocated, *rest points into `text` behind the
 * comma (or at its end). 0, -EINVAL, -ENOMEM.
 */
int params_split_name(const char *text, char **name, const char **rest, struct error *error);

/*
 * Parses the KEY=VALUE list `rest` against `specs` (ended by a NULL name); keys not given get their default.
 * -EINVAL with a sentence naming the nearest key or choice; `what` is "workload udp_rr" for that sentence.
 */
int params_parse(struct params *params, const char *what, const char *rest, const struct param_spec *specs,
                 struct error *error);

/* NULL when unknown or without a value. */
const char *params_text(const struct params *params, const char *name);
/* Whole number from low to high; -EINVAL (EXIT_USAGE) with a sentence. */
int params_integer(const struct params *params, const char *name, long low, long high, long *number,
                   struct error *error);
/* "on", "off", "yes", "no", "1", "0". */
int params_flag(const struct params *params, const char *name, int *flag, struct error *error);
