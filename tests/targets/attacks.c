/* SPDX-License-Identifier: GPL-2.0 */
/*
 * attacks cache|cpu|memory [CPU [PERCENT]]: attaches to where no load passes, and does what moves a noise
 * reference: walks through more than any cache holds, burns a CPU, or takes 2 GiB and touches them again and
 * again; pinned to CPU (-1: anywhere), PERCENT of the time (100). A part of the time it takes as a real-time
 * task: an ordinary one may get nothing at all beside a load whose processes hand their CPU to each other
 * (docs/method.md section 8).
 */
#include "tests/targets/common.h"

#include <sched.h>
#include <stdint.h>

#define CACHE_BYTES  (64u << 20)
#define MEMORY_BYTES (2ull << 30)
#define LINE_BYTES   64
#define PAGE_BYTES   4096
#define SLICE_NS     2000000 /* at work, and then at rest for its share */

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Writes one byte each `step`, until the slice is over; where it ended. */
static size_t touch(volatile char *memory, size_t bytes, size_t step, size_t at, uint64_t until_ns)
{
    do {
        for (unsigned i = 0; i < 64; i++) {
            memory[at]++;
            at = at + step < bytes ? at + step : 0;
        }
    } while (now_ns() < until_ns);
    return at;
}

static void attack(const char *how, unsigned percent)
{
    size_t bytes = strcmp(how, "memory") == 0  ? MEMORY_BYTES
                   : strcmp(how, "cache") == 0 ? CACHE_BYTES
                                               : LINE_BYTES,
           step = strcmp(how, "memory") == 0 ? PAGE_BYTES : LINE_BYTES, at = 0;
    char *memory = malloc(bytes);

    if (!memory)
        exit(1);
    for (;;) {
        struct timespec rest = {.tv_nsec = SLICE_NS / percent * (100 - percent)};

        at = touch(memory, bytes, step, at, now_ns() + SLICE_NS);
        if (percent < 100)
            nanosleep(&rest, NULL);
    }
}

int main(int argc, char **argv)
{
    int cpu = argc > 2 ? atoi(argv[2]) : -1, percent = argc > 3 ? atoi(argv[3]) : 100;
    cpu_set_t cpus;

    if (argc < 2 || percent < 1 || percent > 100)
        return 1;
    CPU_ZERO(&cpus);
    if (cpu >= 0) {
        CPU_SET((unsigned)cpu, &cpus);
        check("pin itself", sched_setaffinity(0, sizeof(cpus), &cpus));
    }
    if (percent < 100)
        check("take its time", sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1}));
    attach_program_to("attacks", "cpuhp_enter");
    alarm(600); /* never for ever */
    attack(argv[1], (unsigned)percent);
}
