/* SPDX-License-Identifier: GPL-2.0 */
/* Operations of user space, timed beside those of BPF: clocks, instructions, copies. */
#pragma once

#include "orchestrator/micro/micro.h"

struct user_memory {
    char *from, *to; /* USER_MEMORY_BYTES each */
    unsigned size;
    size_t position;
};

#define USER_MEMORY_BYTES (64u << 20) /* beyond the last-level cache's share of one core */

struct user_op {
    const char *name;
    const char *summary;
    unsigned per_round;  /* operations in one round */
    unsigned rounds_max; /* 0: any number */
    void (*run)(struct user_memory *memory, unsigned rounds);
};

extern const struct user_op user_clocks[], user_instructions[], user_copies[]; /* ended by a NULL name */

/* All of them as rows, of this size; 0: none. */
void user_op_rows(struct micro_rows *rows, const char *suite, const struct user_op *ops, const char *per,
                  unsigned size);
