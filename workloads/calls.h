/* SPDX-License-Identifier: GPL-2.0 */
/* System calls that the workload `syscall` can make: adding one is a row in workloads/calls.c. */
#pragma once

#include <stddef.h>

struct call_state {
    int fd[2];
    int pid;
    char *buffer; /* size bytes */
    size_t size;
};

struct call {
    const char *name;
    const char *const *system_calls;          /* what a tracer sees, NULL-terminated */
    int (*prepare)(struct call_state *state); /* in the generator; 0 or a negative errno; may be NULL */
    long (*run)(struct call_state *state);    /* negative: failed */
};

extern const struct call calls[]; /* ended by a NULL name */
extern const char *const call_names[];

const struct call *call_find(const char *name);
