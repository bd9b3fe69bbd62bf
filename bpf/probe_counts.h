/* SPDX-License-Identifier: GPL-2.0 */
/* What a probe that is loaded has counted so far, read from its maps. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct probe_counts {
    uint64_t runs, spun_ns; /* by the account of spin */
    uint64_t failures;      /* operations that failed, which cost less than those that do not */
    uint64_t lost;          /* events that found no room in their buffer */
};

/*
 * Adds what this map of a probe holds; maps that hold no counts, and those that can't be read, add nothing.
 * `name` as the kernel has it.
 */
void probe_counts_add(struct probe_counts *sum, const char *name, int map_fd);
/* Does a map of this name hold counts? Others need not be opened. */
bool probe_counts_in(const char *name);
