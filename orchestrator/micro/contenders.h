/* SPDX-License-Identifier: GPL-2.0 */
/* The same operation on the other CPUs, on the same map, for as long as a row is measured. */
#pragma once

#include "orchestrator/micro/copies.h"

#include <pthread.h>

#define CONTENDERS_MAX 64

struct contenders;

struct contender {
    const struct contenders *all;
    pthread_t thread;
    struct copies copies;
    int cpu;
    unsigned at; /* the load it is busy with */
    bool ended;
};

struct contenders {
    struct contender each[CONTENDERS_MAX];
    unsigned count;
    unsigned load; /* that they have to be busy with */
    bool stop;
};

/*
 * One thread on each CPU that we may use but `cpu`, on the maps of `copies`. 0, or -errno with a sentence;
 * stop them in any case.
 */
int contenders_start(struct contenders *contenders, const struct micro_row *row, const struct copies *copies,
                     int cpu, struct error *error);
/* All of them to this load; returns when they are there. */
void contenders_move(struct contenders *contenders, unsigned load);
void contenders_stop(struct contenders *contenders);
