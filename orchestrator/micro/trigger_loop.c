/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/trigger_loop.h"

#include <time.h>

#define BURST    128     /* rounds */
#define PAUSE_NS 5000000 /* leaves the CPU to who watches: a guest may have no other */

static void *repeat(void *argument)
{
    struct trigger_loop *loop = argument;
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    unsigned most = micro_program_rounds_max(loop->program), rounds = most < BURST ? most : BURST;
    double ns;

    while (loop->code == 0 && !__atomic_load_n(&loop->stop, __ATOMIC_RELAXED)) {
        loop->code = micro_program_run(loop->program, MICRO_OPERATIONS, rounds, &ns);
        loop->operations += rounds;
        nanosleep(&pause, NULL);
    }
    return NULL;
}

int trigger_loop_start(struct trigger_loop *loop, struct micro_program *program)
{
    int code;

    *loop = (struct trigger_loop){.program = program};
    code = -pthread_create(&loop->thread, NULL, repeat, loop);
    loop->running = code == 0;
    return code;
}

void trigger_loop_stop(struct trigger_loop *loop)
{
    if (!loop->running)
        return;
    __atomic_store_n(&loop->stop, true, __ATOMIC_RELAXED);
    pthread_join(loop->thread, NULL);
    loop->running = false;
}
