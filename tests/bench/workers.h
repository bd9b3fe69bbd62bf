/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Does chunk `number` and adds to `counts`, [counters]. */
typedef void chunk_fn(unsigned number, uint64_t *counts, const void *context);

/*
 * Deals `chunks` chunks out to one process for each CPU and sums up what they have counted: the same sums on
 * any number of CPUs, as long as a chunk depends on nothing but its number. 0, -errno, or -EIO when a process
 * ended otherwise than well.
 */
int workers_count(unsigned chunks, chunk_fn *chunk, const void *context, uint64_t *sums, size_t counters);
