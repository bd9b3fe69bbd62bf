/* SPDX-License-Identifier: GPL-2.0 */
/* Events that the kernel counts on all CPUs (perf_event_open), whoever runs there. */
#pragma once

#include "base/values.h"

#include <stddef.h>
#include <stdint.h>

struct counter_spec {
    const char *value; /* name under which it is set */
    const char *name;  /* for people */
    uint32_t type;     /* PERF_TYPE_... */
    uint64_t config;
};

struct counters;

/*
 * Opens those of `count` that this machine has, on each CPU that is online now. NULL where it has none of
 * them; *error_number says why the first could not be opened (a positive errno; 0: it could).
 */
struct counters *counters_open(const struct counter_spec *specs, unsigned count, int *error_number);
/* Names of those that are open, "cycles, instructions". */
char *counters_names(const struct counters *counters, char *text, size_t size);
/* Sums since they were opened. One that did not run since the last reading is left out, as is one
 * on a CPU that came back since: it is counted anew from here on. */
void counters_read(struct counters *counters, struct values *values);
void counters_close(struct counters *counters); /* NULL is allowed */
