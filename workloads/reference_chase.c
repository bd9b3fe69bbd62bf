/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pointer chases: each load's address comes from the one before, so that latency is all there is to see. One
 * through 16 KiB stays in the first-level cache unless a neighbour on the same core has it, too. One through
 * 256 KiB visits lines that were last touched tens of milliseconds ago: what it sees is how soon a neighbour
 * takes them away, and how far they are then.
 */
#include "workloads/reference_kinds.h"

#include <stdint.h>
#include <stdlib.h>

#define LINE_BYTES 64
#define L1_LINES   (16 * 1024 / LINE_BYTES)
#define L2_LINES   (256 * 1024 / LINE_BYTES)

struct line {
    struct line *next;
    char rest[LINE_BYTES - sizeof(struct line *)];
};

struct chase {
    struct line *position;
    struct line lines[] __attribute__((aligned(LINE_BYTES)));
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
        if (j != i)
            order[i] = order[j];
        order[j] = i;
    }
}

/* One closed chain through all lines. */
static void *prepare(unsigned lines)
{
    struct chase *chase = aligned_alloc(LINE_BYTES, sizeof(*chase) + lines * sizeof(struct line));
    unsigned order[L2_LINES];

    if (!chase)
        return NULL;
    shuffle(order, lines);
    for (unsigned i = 0; i < lines; i++)
        chase->lines[order[i]].next = &chase->lines[order[(i + 1) % lines]];
    chase->position = chase->lines;
    return chase;
}

static void *prepare_l1(void)
{
    return prepare(L1_LINES);
}

static void *prepare_l2(void)
{
    return prepare(L2_LINES);
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
    .discarded = 2 * L1_LINES,
    .units = 6 * L1_LINES,
    .prepare = prepare_l1,
    .run = run,
};

const struct reference_kind reference_l2 = {
    .name = "l2",
    .discarded = 100,
    .units = 500,
    .prepare = prepare_l2,
    .run = run,
};
