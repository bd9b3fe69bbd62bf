/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loads that are one operation after another in one process: what all of them share. A workload says how to
 * prepare (in the generator's process) and what one operation is; the loops know about time.
 */
#pragma once

#include "workloads/generated.h"
#include "workloads/options.h"

struct looped_work {
    long (*run)(void *context); /* one operation; a negative errno: it failed */
    void *context;
    uint64_t bytes; /* payload of one */
};

/* Of the workload; its state, or the first member of it. */
struct looped {
    struct generator generator; /* first: workloads/generated.h */
    /* In the generator's process. 0, or a negative errno with what failed in *step. */
    int (*prepare)(struct looped *looped, struct looped_work *work, const char **step);
    struct rate rate;
    bool calibrating; /* the loop runs around nothing */
};

/* Rows that all have; the first choice is the default. */
#define LOOPED_PARAMS OPTION_MODE, OPTION_RATE, OPTION_REFERENCE

/* mode, rate, and the CPUs named by `cpu_key` ("cpu" or "cpus"). */
int looped_check(const struct workload *workload, const char *cpu_key, struct error *error);

/*
 * Allocates `size` zeroed bytes as the workload's state, reads the parameters above; NULL after a failure.
 * The caller then fills in prepare (and a server) and calls looped_finish(), which takes it away again when
 * it fails.
 */
void *looped_new(struct workload *workload, size_t size, const char *cpu_key, struct error *error);

/*
 * Measures what loop and clock cost, where operations are short enough for it to matter, and the capacity,
 * where the rate is a share of it.
 */
int looped_finish(struct workload *workload, bool short_operations, struct error *error);
