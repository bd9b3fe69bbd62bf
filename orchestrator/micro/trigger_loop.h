/* SPDX-License-Identifier: GPL-2.0 */
/* A micro program run again and again by a thread, in bursts, while somebody else watches it. */
#pragma once

#include "bpf/micro_program.h"

#include <pthread.h>

struct trigger_loop {
    struct micro_program *program;
    pthread_t thread;
    bool running, stop;
    uint64_t operations; /* valid when it has stopped */
    int code;            /* of the run that failed, as micro_program_run(); 0: none did */
};

/* 0 or -errno. */
int trigger_loop_start(struct trigger_loop *loop, struct micro_program *program);
/* Allowed when it does not run. */
void trigger_loop_stop(struct trigger_loop *loop);
