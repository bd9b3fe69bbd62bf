/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/ring_events.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t producer_bytes(const struct ring *ring)
{
    return page_bytes() + 2 * ring->size;
}

/* NULL where it can't be mapped. */
static const void *map_part(int fd, size_t bytes, size_t offset)
{
    void *part = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, (off_t)offset);

    return part == MAP_FAILED ? NULL : part;
}

static void unmap(struct ring *ring)
{
    if (ring->consumer)
        munmap((void *)ring->consumer, page_bytes());
    if (ring->producer)
        munmap((void *)ring->producer, producer_bytes(ring));
    ring->consumer = ring->producer = NULL;
}

static bool ring_open(struct ring *ring, uint32_t map_id)
{
    OWNED_FD int fd = bpf_map_get_fd_by_id(map_id);

    if (fd < 0)
        return false;
    ring->consumer = map_part(fd, page_bytes(), 0);
    ring->producer = map_part(fd, producer_bytes(ring), page_bytes());
    if (ring->consumer && ring->producer)
        return true;
    unmap(ring);
    return false;
}

int rings_open(struct rings *rings, const struct inventory *inventory)
{
    *rings = (struct rings){.list = calloc(inventory->map_count + 1, sizeof(*rings->list))};
    if (!rings->list)
        return -ENOMEM;
    for (unsigned i = 0; i < inventory->map_count; i++) {
        const struct inventory_map *map = &inventory->maps[i];
        struct ring *ring = &rings->list[rings->count];

        if (strcmp(map->type, "ringbuf") != 0)
            continue;
        *ring = (struct ring){.index = i, .size = map->max_entries};
        rings->count += ring_open(ring, map->id);
    }
    return 0;
}

void rings_close(struct rings *rings)
{
    for (unsigned i = 0; i < rings->count; i++)
        unmap(&rings->list[i]);
    free(rings->list);
    *rings = (struct rings){0};
}

static uint64_t position(const void *page)
{
    return __atomic_load_n((const unsigned long *)page, __ATOMIC_ACQUIRE);
}

static void add(struct ring_walk *seen, const struct ring_walk *more)
{
    seen->records += more->records;
    seen->bytes += more->bytes;
    if (more->least && (!seen->least || more->least < seen->least))
        seen->least = more->least;
}

bool ring_walk(const void *data, size_t size, uint64_t from, uint64_t to, struct ring_walk *seen)
{
    struct ring_walk walk = {0};

    while (from < to) {
        const uint32_t *header = (const uint32_t *)((const char *)data + (from & (size - 1)));
        uint32_t length = __atomic_load_n(header, __ATOMIC_ACQUIRE);
        uint64_t bytes = (length & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)) + BPF_RINGBUF_HDR_SZ;

        bytes = (bytes + 7) & ~7ull;
        if (length & BPF_RINGBUF_DISCARD_BIT)
            add(&walk, &(struct ring_walk){.bytes = bytes});
        else
            add(&walk, &(struct ring_walk){1, bytes, bytes});
        from += bytes;
    }
    if (from != to)
        return false;
    add(seen, &walk);
    return true;
}

void rings_begin(struct rings *rings)
{
    for (unsigned i = 0; i < rings->count; i++)
        rings->list[i].start = position(rings->list[i].producer);
}

/* All records of the turn, if they are still there; else those that the consumer has not taken yet. Both
 * begin where a record does. */
static void look(const struct ring *ring, uint64_t end, struct ring_walk *seen)
{
    uint64_t from = end - ring->start <= ring->size / 2 ? ring->start : position(ring->consumer);
    struct ring_walk walk = {0};

    if (!ring_walk((const char *)ring->producer + page_bytes(), ring->size, from, end, &walk) ||
        position(ring->producer) - from > ring->size)
        return;
    add(seen, &walk);
}

void rings_end(struct rings *rings)
{
    for (unsigned i = 0; i < rings->count; i++) {
        struct ring *ring = &rings->list[i];
        uint64_t end = position(ring->producer);

        ring->turn_bytes = end - ring->start;
        ring->turn_seen = (struct ring_walk){0};
        look(ring, end, &ring->turn_seen);
    }
}

/* A consumer that has taken all there was leaves no place where a record is known to begin, but the end. */
static void wait_for_records(struct ring *ring)
{
    const struct timespec pause = {.tv_nsec = 1000 * 1000};

    for (unsigned tries = 0; tries < 3 && ring->seen.bytes == 0; tries++) {
        ring->start = position(ring->producer);
        nanosleep(&pause, NULL);
        look(ring, position(ring->producer), &ring->seen);
    }
}

void rings_keep(struct rings *rings)
{
    for (unsigned i = 0; i < rings->count; i++) {
        struct ring *ring = &rings->list[i];

        ring->bytes += ring->turn_bytes;
        add(&ring->seen, &ring->turn_seen);
        if (ring->bytes > 0)
            wait_for_records(ring);
    }
}

double ring_events(const struct ring *ring)
{
    if (ring->bytes == 0)
        return 0;
    return ring->seen.bytes > 0 ? (double)ring->bytes * (double)ring->seen.records / (double)ring->seen.bytes
                                : NAN;
}

double ring_events_most(const struct ring *ring)
{
    if (ring->bytes == 0)
        return 0;
    return ring->seen.least > 0 ? (double)ring->bytes / (double)ring->seen.least : NAN;
}
