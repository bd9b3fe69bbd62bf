/* SPDX-License-Identifier: GPL-2.0 */
/* What a target's arguments may say about the workload: "{pid}", "{ifname}" and "{cpu}". */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

struct substitution {
    pid_t pid;          /* 0: none */
    const char *ifname; /* borrowed; "" none */
    int cpu;            /* -1: none */
};

/*
 * Copies `argument` with each known word replaced, anywhere in it and as often as it occurs; other words in
 * braces (bpftrace programs are full of them) stay. *replaced is malloc'd. -EINVAL with EXIT_USAGE where the
 * workload has no such thing, -ENOMEM.
 */
int substitute(const char *argument, const struct substitution *values, char **replaced, struct error *error);

/* All of a NULL-terminated argv; *replaced is freed with substitute_free(). */
int substitute_all(char *const *argv, const struct substitution *values, char ***replaced,
                   struct error *error);
void substitute_free(char **argv);

/* Does a word of argv, which may be NULL, stand for the process of the load? */
bool substitute_has_pid(char *const *argv);
