/* SPDX-License-Identifier: GPL-2.0 */
/* Parameters that several workloads share: rows for their tables, and readers with one sentence per mistake.
 */
#pragma once

#include "workloads/generator.h"
#include "workloads/workload.h"

#include <stddef.h>

struct rate {
    double per_second; /* 0: take the share */
    double share;      /* of the capacity measured in prepare */
};

extern const char *const option_modes[]; /* closed, open */
extern const char *const option_on_off[];

#define OPTION_REFERENCE                                                                                     \
    {                                                                                                        \
        "reference", "", "on", "noise reference bursts between operations (about 1 % of the time)",          \
            option_on_off                                                                                    \
    }
#define OPTION_MODE                                                                                          \
    {                                                                                                        \
        "mode", "", "closed", "closed: next request after the reply; open: requests at intended times",      \
            option_modes                                                                                     \
    }
#define OPTION_RATE                                                                                          \
    {                                                                                                        \
        "rate", "1/s or %", NULL, "open loop: requests per second, or share of the capacity (default 50%)",  \
            NULL                                                                                             \
    }
#define OPTION_CPUS                                                                                          \
    {                                                                                                        \
        "cpus", "CPU:CPU", NULL, "of client and server (default: both on the last one allowed)", NULL        \
    }
#define OPTION_CPU                                                                                           \
    {                                                                                                        \
        "cpu", "CPU", NULL, "the load runs there (default: the last one allowed)", NULL                      \
    }

/* The last CPU this process may use, or a negative errno. */
int option_last_cpu(void);

/* "CLIENT:SERVER" or one CPU for both, from the key `name`; EXIT_USAGE for one that is not allowed. */
int option_cpus(const struct workload *workload, const char *name, int cpu[GENERATOR_ROLES],
                struct error *error);

/* mode=open? As workload_ops.rate_is_given. */
bool option_is_open(const struct workload *workload);

/* mode and rate together; *rate is {0, 0} in closed mode. */
int option_rate(const struct workload *workload, struct rate *rate, struct error *error);

/* "20k/s" or "50%"; EXIT_USAGE with a sentence. */
int option_parse_rate(const struct workload *workload, const char *text, struct rate *rate,
                      struct error *error);

/* The rate into the generator: a share is that of the capacity, which takes a short run to measure. */
int option_apply_rate(const struct rate *rate, struct generator *generator, struct error *error);

/* What every generator has: its CPUs (from the key `cpu_name`) and the reference; the workload's CPU, too. */
int option_generator(struct workload *workload, const char *cpu_name, struct generator *generator,
                     struct error *error);

/* A size in bytes ("64", "4KiB"). */
int option_bytes(const struct workload *workload, const char *name, size_t low, size_t high, size_t *bytes,
                 struct error *error);
