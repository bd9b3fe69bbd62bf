/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small set of named numbers: what a sampler or a workload measured in one block. Names are lower case
 * with dots between levels and carry their unit ("net.client.rx_packets", "target.rss_bytes"), so that a
 * new value needs no new struct, no new reader and no new writer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define VALUE_NAME_MAX 48

struct value {
    char name[VALUE_NAME_MAX];
    double number;
};

/* Owns `items`; a zeroed struct is an empty set. */
struct values {
    struct value *items;
    size_t count;
    size_t capacity;
};

void values_free(struct values *values);
#define OWNED_VALUES CLEANUP(values_free)

/* Sets or replaces; 0, -EINVAL for a name that does not fit, -ENOMEM. Not for a generator's hot loop. */
int values_set(struct values *values, const char *name, double number);
/* values_set with a printf-style name, for per-CPU and per-interface values. */
int values_setf(struct values *values, double number, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds to a value that may not exist yet. */
int values_add(struct values *values, const char *name, double number);

bool values_get(const struct values *values, const char *name, double *number);
/* NaN where there is no such value: unknown is never 0. */
double values_or_nan(const struct values *values, const char *name);

/* to = end - start for each name present in both; the rest is left out. 0 or -ENOMEM. */
int values_difference(struct values *to, const struct values *start, const struct values *end);
/* Copies each of `from` into `to`, replacing. 0 or -ENOMEM. */
int values_merge(struct values *to, const struct values *from);
