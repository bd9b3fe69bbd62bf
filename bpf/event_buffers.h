/* SPDX-License-Identifier: GPL-2.0 */
/* The perf and ring buffer of a micro program, emptied aside: nobody is woken, nothing is copied. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct event_buffers {
    int *perf_fds; /* [cpus] */
    void **perf_pages;
    int cpus;
    size_t perf_bytes, ring_bytes; /* room for data; 0: there is none */
    volatile unsigned long *ring_consumer, *ring_producer;
};
#define EVENT_BUFFERS_INITIALIZER                                                                            \
    {                                                                                                        \
        0                                                                                                    \
    }

/*
 * A map that was not created has descriptor -1. `pages` per CPU, a power of two; 0: 64. A reader of the perf
 * buffer would be woken by every `wakeup_every`-th event; 0: by none. 0 or -errno; close it in any case.
 */
int event_buffers_open(struct event_buffers *buffers, int perf_map, int ring_map, unsigned pages,
                       unsigned wakeup_every);
void event_buffers_close(struct event_buffers *buffers);

/* Everything in them counts as read. */
void event_buffers_drain(struct event_buffers *buffers);

/* Events of this size that fit; a very large number where there is no buffer. */
unsigned event_buffers_room(const struct event_buffers *buffers, unsigned event_bytes);
