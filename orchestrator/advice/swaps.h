/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One way of doing a thing in place of another: what can be saved is a difference of two rows of `micro`.
 * Adding such a piece of advice is a row here.
 */
#pragma once

#include "orchestrator/breakdown/unit_rows.h"

#include <stdbool.h>

struct swap {
    const char *rule;     /* stable; several swaps of one program under one rule are one piece of advice */
    const char *function; /* begins the name of the kernel function called; NULL: the way to the program */
    struct unit_row from, to; /* to.name NULL: nothing takes its place */
    double kept;              /* share of the calls that go on as before (sampling) */
    const char *since;        /* the first kernel that has what is advised */
    bool (*possible)(const json_t *target, const json_t *program); /* NULL: always */
    const char *text;
    bool dear_alike; /* what makes such a call dear (a new key) does so with what takes its place */
};

#define SWAP_TO_RINGBUF "send events through a ring buffer instead of a perf buffer"

extern const struct swap swaps[];
extern const unsigned swap_count;

/* Does it concern this program (its way there), or this call of it? */
bool swap_concerns_program(const struct swap *swap, const json_t *target, const json_t *program);
bool swap_concerns_call(const struct swap *swap, const json_t *target, const json_t *program,
                        const json_t *call);
