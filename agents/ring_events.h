/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many events pass through the ring buffers of a target, from outside: a ring buffer's positions and
 * records can be mapped by whoever may open the map (ringbuf_map_mmap_kern() of kernel/bpf/ringbuf.c, 5.8).
 * The producer's position gives the bytes; records that are looked at give the bytes of one.
 */
#pragma once

#include "agents/inventory.h"

#include <stdbool.h>
#include <stddef.h>

struct ring {
    unsigned index;                  /* of its map in the inventory */
    size_t size;                     /* bytes of data */
    const void *consumer, *producer; /* mapped: a page, and a page with the data, twice in a row, behind it */
    uint64_t start, turn_bytes;      /* of the turn that is going on; of the last one */
    uint64_t bytes;                  /* of the turns that are kept */
    struct ring_walk {
        uint64_t records, bytes; /* handed over; of all, what was discarded included */
        uint64_t least;          /* bytes of the smallest that was handed over; 0: none was seen */
    } seen, turn_seen;           /* in the turns that are kept; in the last one */
};

struct rings {
    struct ring *list; /* owned */
    unsigned count;
};

/* Those that can't be mapped are left out. 0 or -ENOMEM; rings_close() in every case. */
int rings_open(struct rings *rings, const struct inventory *inventory);
void rings_close(struct rings *rings);

/* Edges of a turn. */
void rings_begin(struct rings *rings);
void rings_end(struct rings *rings);
/* The last turn counts. While the load still runs: of a ring buffer whose records were all gone a few more
 * are waited for, some ms at most. */
void rings_keep(struct rings *rings);

/* Events handed over in the turns that count; NaN where no record was seen. */
double ring_events(const struct ring *ring);
/* No more than these, were all as small as the smallest that was seen; the same where all have one size. */
double ring_events_most(const struct ring *ring);

/* Adds the records from one position to another (at most `size` further on) to *seen; false, and nothing is
 * added, where they do not end there: somebody wrote over them meanwhile. `data` has `size` bytes, a power of
 * two. */
bool ring_walk(const void *data, size_t size, uint64_t from, uint64_t to, struct ring_walk *seen);
