/* SPDX-License-Identifier: GPL-2.0 */
/* The same operation on the other CPUs, on the same map, for as long as a row is measured. */
#pragma once

#include "orchestrator/micro/micro.h"

#include <pthread.h>

#define CONTENDERS_MAX 64

struct contenders;

struct contender {
    const struct contenders *all;
    pthread_t thread;
    struct micro_program *program; /* owned */
    int cpu;
};

struct contenders {
    struct contender each[CONTENDERS_MAX];
    unsigned count;
    bool stop;
};

/*
 * One thread on each CPU that we may use but `cpu`, on the maps of `program`. 0, or -errno with a sentence;
 * stop them in any case.
 */
int contenders_start(struct contenders *contenders, const struct micro_row *row,
                     const struct micro_program *program, int cpu, struct error *error);
void contenders_stop(struct contenders *contenders);
