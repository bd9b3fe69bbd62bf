/* SPDX-License-Identifier: GPL-2.0 */
/* Rows of the reference's table: adding a kind is a file and a row in workloads/reference.c. */
#pragma once

struct reference_kind {
    const char *name;
    unsigned discarded;     /* units run first and not timed: what the load evicted comes back here */
    unsigned units;         /* units timed */
    void *(*prepare)(void); /* what run() gets; NULL: no memory */
    void (*run)(void *state, unsigned units);
};

extern const struct reference_kind reference_icache;
extern const struct reference_kind reference_l1;
extern const struct reference_kind reference_l2;
extern const struct reference_kind reference_walk;
