/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/user_ops.h"
#include "bpf/ops.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LOOP(statement)                                                                                      \
    for (unsigned round = 0; round < rounds; round++) {                                                      \
        statement;                                                                                           \
    }
#define OP(name) static void name(struct user_memory *memory, unsigned rounds)

OP(run_clock_gettime)
{
    struct timespec now;

    (void)memory;
    LOOP(clock_gettime(CLOCK_MONOTONIC, &now))
}

OP(run_gettimeofday)
{
    struct timeval now;

    (void)memory;
    LOOP(gettimeofday(&now, NULL))
}

OP(run_syscall)
{
    (void)memory;
    LOOP(syscall(SYS_getppid))
}

#if defined(__x86_64__)
OP(run_rdtsc)
{
    (void)memory;
    LOOP(__asm__ volatile("rdtsc" : : : "eax", "edx"))
}
#endif

const struct user_op user_clocks[] = {
#if defined(__x86_64__)
    {"rdtsc", "the processor's time stamp counter", 1, 0, run_rdtsc},
#endif
    {"clock_gettime", "the monotonic clock, through the vDSO", 1, 0, run_clock_gettime},
    {"gettimeofday", "the wall clock, through the vDSO", 1, 0, run_gettimeofday},
    {"syscall", "a system call that does nothing (getppid)", 1, 0, run_syscall},
    {0},
};

/* The same as in bpf/ops.bpf.h, 32 a round; the empty statement hides the value from the compiler. */
#define HIDE(value)      __asm__ volatile("" : "+r"(value))
#define EIGHT(statement) statement statement statement statement statement statement statement statement
#define ARITHMETIC(name, op)                                                                                 \
    OP(run_##name##_dependent)                                                                               \
    {                                                                                                        \
        uint64_t a = 1ULL << 62, e = 3;                                                                      \
                                                                                                             \
        (void)memory;                                                                                        \
        HIDE(e);                                                                                             \
        LOOP(EIGHT(a op e; HIDE(a); a op e; HIDE(a); a op e; HIDE(a); a op e; HIDE(a);))                     \
    }                                                                                                        \
    OP(run_##name##_independent)                                                                             \
    {                                                                                                        \
        uint64_t a = 1ULL << 62, b = a + 1, c = a + 2, d = a + 3, e = 3;                                     \
                                                                                                             \
        (void)memory;                                                                                        \
        HIDE(e);                                                                                             \
        LOOP(EIGHT(a op e; HIDE(a); b op e; HIDE(b); c op e; HIDE(c); d op e; HIDE(d);))                     \
    }

ARITHMETIC(add, +=)
ARITHMETIC(mul, *=)
ARITHMETIC(div, /=)

OP(run_load)
{
    volatile uint64_t *word = (volatile uint64_t *)(void *)memory->from;

    LOOP(EIGHT((void)*word; (void)*word; (void)*word; (void)*word;))
}

OP(run_store)
{
    volatile uint64_t *word = (volatile uint64_t *)(void *)memory->from;

    LOOP(EIGHT(*word = 3; *word = 3; *word = 3; *word = 3;))
}

#define REPEATS 32
const struct user_op user_instructions[] = {
    {"c_add_dependent", "in C: additions, each needs the one before", REPEATS, 0, run_add_dependent},
    {"c_add_independent", "in C: additions in four streams", REPEATS, 0, run_add_independent},
    {"c_mul_dependent", "in C: multiplications, each needs the one before", REPEATS, 0, run_mul_dependent},
    {"c_mul_independent", "in C: multiplications in four streams", REPEATS, 0, run_mul_independent},
    {"c_div_dependent", "in C: divisions, each needs the one before", REPEATS, 0, run_div_dependent},
    {"c_div_independent", "in C: divisions in four streams", REPEATS, 0, run_div_independent},
    {"c_load_independent", "in C: loads from the first-level cache", REPEATS, 0, run_load},
    {"c_store", "in C: stores to the first-level cache", REPEATS, 0, run_store},
    {0},
};

OP(run_copy_cached)
{
    LOOP(memcpy(memory->to, memory->from, memory->size); __asm__ volatile("" : : : "memory"))
}

/* Always the next piece of memory that was last touched a whole round of USER_MEMORY_BYTES ago. */
OP(run_copy_cold)
{
    LOOP({
        memory->position = (memory->position + 2 * 4096 + 64) % (USER_MEMORY_BYTES - 4096);
        memcpy(memory->to + memory->position, memory->from + memory->position, memory->size);
        __asm__ volatile("" : : : "memory");
    })
}

const struct user_op user_copies[] = {
    {"memcpy_cached", "source and destination in the first-level cache", 1, 0, run_copy_cached},
    {"memcpy_cold", "neither in a cache", 1, 512, run_copy_cold},
    {0},
};

void user_op_rows(struct micro_rows *rows, const char *suite, const struct user_op *ops, const char *per,
                  unsigned size)
{
    for (; ops->name; ops++) {
        struct micro_row row = {.suite = suite,
                                .unit = "ns",
                                .per = per,
                                .measure = micro_measure_user,
                                .width_ns = 1,
                                .width_share = 1,
                                .user = ops,
                                .size = size};

        snprintf(row.name, sizeof(row.name), "%s", ops->name);
        if (size)
            snprintf(row.variant, sizeof(row.variant), "%u bytes", size);
        micro_rows_add(rows, &row);
    }
}
