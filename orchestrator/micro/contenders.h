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
    int failed; /* -errno of why it has left off; written by its thread */
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
/* With one of them gone it was not done on all CPUs: the row is untrustworthy, with a sentence. */
void contenders_judge(const struct contenders *contenders, struct micro_result *result);
void contenders_stop(struct contenders *contenders);
