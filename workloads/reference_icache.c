/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instruction footprint: 512 small functions, a cache line each, called through pointers in shuffled order,
 * as the kernel's paths are: many lines, few instructions in each, indirect branches.
 */
#include "workloads/reference_kinds.h"
#include "base/cleanup.h"

#include <stdint.h>
#include <stdlib.h>

#define FUNCTIONS 512

struct icache {
    uint64_t value;
    unsigned next;
    void (*order[FUNCTIONS])(uint64_t *value);
};

/* n has three octal digits, 000 to 777; the constants only have to differ, so that nothing is merged. */
#define FUNCTION(n)                                                                                          \
    static __attribute__((noinline, aligned(64))) void function_##n(uint64_t *value)                         \
    {                                                                                                        \
        uint64_t v = *value * (0##n * 2 + 3) + 0##n;                                                         \
                                                                                                             \
        v ^= v >> (0##n % 27 + 3);                                                                           \
        *value = v + 0##n * 1021;                                                                            \
    }
#define NAME(n) function_##n,

#define EIGHT(each, n) each(n##0) each(n##1) each(n##2) each(n##3) each(n##4) each(n##5) each(n##6) each(n##7)
#define SIXTY_FOUR(each, n)                                                                                  \
    EIGHT(each, n##0)                                                                                        \
    EIGHT(each, n##1)                                                                                        \
    EIGHT(each, n##2)                                                                                        \
    EIGHT(each, n##3)                                                                                        \
    EIGHT(each, n##4)                                                                                        \
    EIGHT(each, n##5)                                                                                        \
    EIGHT(each, n##6)                                                                                        \
    EIGHT(each, n##7)
#define ALL(each)                                                                                            \
    SIXTY_FOUR(each, 0)                                                                                      \
    SIXTY_FOUR(each, 1)                                                                                      \
    SIXTY_FOUR(each, 2)                                                                                      \
    SIXTY_FOUR(each, 3)                                                                                      \
    SIXTY_FOUR(each, 4)                                                                                      \
    SIXTY_FOUR(each, 5)                                                                                      \
    SIXTY_FOUR(each, 6)                                                                                      \
    SIXTY_FOUR(each, 7)

ALL(FUNCTION)

static void (*const functions[])(uint64_t *value) = {ALL(NAME)};
_Static_assert(ARRAY_SIZE(functions) == FUNCTIONS, "three octal digits");

static void *prepare(void)
{
    struct icache *icache = calloc(1, sizeof(*icache));
    uint64_t random = 88172645463325252ULL;

    for (unsigned i = 0; icache && i < FUNCTIONS; i++) {
        unsigned j;

        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        j = (unsigned)(random % (i + 1));
        icache->order[i] = icache->order[j];
        icache->order[j] = functions[i];
    }
    return icache;
}

static void run(void *state, unsigned units)
{
    struct icache *icache = state;
    unsigned next = icache->next;

    for (unsigned i = 0; i < units; i++) {
        icache->order[next](&icache->value);
        next = (next + 1) % FUNCTIONS;
    }
    icache->next = next;
}

const struct reference_kind reference_icache = {
    .name = "icache",
    .discarded = FUNCTIONS,
    .units = FUNCTIONS,
    .prepare = prepare,
    .run = run,
};
