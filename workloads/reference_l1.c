/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A pointer chase through 16 KiB: each load's address comes from the one before, so that latency is all there
 * is to see. It stays in the first-level cache unless a neighbour on the same core has it, too.
 */
#include "workloads/reference_kinds.h"

#include <stdint.h>
#include <stdlib.h>

#define LINE_BYTES 64
#define LINES      (16 * 1024 / LINE_BYTES)

struct line {
    struct line *next;
    char rest[LINE_BYTES - sizeof(struct line *)];
};

struct chase {
    struct line *position;
    struct line lines[LINES] __attribute__((aligned(LINE_BYTES)));
};

static void shuffle(unsigned *order, unsigned count)
{
    uint64_t random = 2463534242ULL;

    for (unsigned i = 0; i < count; i++) {
        unsigned j;

        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        j = (unsigned)(random % (i + 1));
        order[i] = order[j];
        order[j] = i;
    }
}

/* One closed chain through all lines. */
static void *prepare(void)
{
    struct chase *chase = aligned_alloc(LINE_BYTES, sizeof(*chase));
    unsigned order[LINES];

    if (!chase)
        return NULL;
    shuffle(order, LINES);
    for (unsigned i = 0; i < LINES; i++)
        chase->lines[order[i]].next = &chase->lines[order[(i + 1) % LINES]];
    chase->position = chase->lines;
    return chase;
}

static void run(void *state, unsigned units)
{
    struct chase *chase = state;
    struct line *position = chase->position;

    for (unsigned i = 0; i < units; i++)
        position = *(struct line *volatile *)&position->next;
    chase->position = position;
}

const struct reference_kind reference_l1 = {
    .name = "l1",
    .discarded = 2 * LINES,
    .units = 6 * LINES,
    .prepare = prepare,
    .run = run,
};
