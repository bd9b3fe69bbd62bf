/* SPDX-License-Identifier: GPL-2.0 */
/* Records of a ring buffer, laid out as kernel/bpf/ringbuf.c does. */
#include "agents/ring_events.h"
#include "tests/unit/unit.h"

#include <linux/bpf.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#define SIZE 256 /* of the ring: records run over its end into the second mapping of the same bytes */

struct bed {
    uint32_t words[SIZE / 4];
    uint64_t to;
};

static void put(struct bed *bed, uint32_t length, uint32_t flags)
{
    bed->words[(bed->to & (SIZE - 1)) / 4] = length | flags;
    bed->to += (length + BPF_RINGBUF_HDR_SZ + 7) & ~7ull;
}

static void records_are_counted(void **state)
{
    struct bed bed = {.to = 0};
    struct ring_walk seen = {0};

    (void)state;
    put(&bed, 64, 0);
    put(&bed, 1, 0);
    put(&bed, 20, BPF_RINGBUF_DISCARD_BIT);
    put(&bed, 8, BPF_RINGBUF_BUSY_BIT); /* it will be handed over */
    assert_true(ring_walk(bed.words, SIZE, 0, bed.to, &seen));
    assert_int_equal(seen.records, 3);
    assert_int_equal(seen.bytes, 72 + 16 + 32 + 16);
    assert_int_equal(seen.least, 16);
    assert_true(ring_walk(bed.words, SIZE, 72, 88, &seen)); /* in the middle, and on top of it */
    assert_int_equal(seen.records, 4);
}

static void positions_grow_beyond_the_ring(void **state)
{
    struct bed bed = {.to = 10 * SIZE + 232};
    struct ring_walk seen = {0};
    uint64_t from = bed.to;

    (void)state;
    put(&bed, 16, 0); /* its header is the last one before the end */
    put(&bed, 16, 0);
    assert_true(ring_walk(bed.words, SIZE, from, bed.to, &seen));
    assert_int_equal(seen.records, 2);
}

/* What was overwritten meanwhile ends anywhere, and says nothing. */
static void records_that_end_elsewhere_are_not_counted(void **state)
{
    struct bed bed = {.to = 0};
    struct ring_walk seen = {5, 500, 8};

    (void)state;
    put(&bed, 64, 0);
    put(&bed, 64, 0);
    assert_false(ring_walk(bed.words, SIZE, 0, bed.to - 8, &seen));
    bed.words[0] = 0x3fffffff;
    assert_false(ring_walk(bed.words, SIZE, 0, bed.to, &seen));
    assert_int_equal(seen.records, 5);
    assert_int_equal(seen.bytes, 500);
}

static void events_go_by_bytes(void **state)
{
    struct ring ring = {.bytes = 7200, .seen = {3, 216, 72}}, quiet = {.bytes = 0}, unseen = {.bytes = 72},
                mixed = {.bytes = 7200, .seen = {3, 216, 16}};

    (void)state;
    assert_true(fabs(ring_events(&ring) - 100) < 1e-9);
    assert_true(ring_events(&quiet) == 0);
    assert_true(ring_events_most(&quiet) == 0);
    assert_true(isnan(ring_events(&unseen)));
    assert_true(isnan(ring_events_most(&unseen)));
    assert_true(fabs(ring_events_most(&mixed) - 450) < 1e-9);
}

/* The pages of a ring buffer, without the kernel: one of each position, and the data twice. */
static struct ring ring_in_memory(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct ring ring = {
        .size = page, .consumer = test_calloc(1, page), .producer = test_calloc(1, page + 2 * page)};

    assert_non_null(ring.consumer);
    assert_non_null(ring.producer);
    return ring;
}

/* A producer of `count` records, and a consumer that takes them later. */
static void produce(struct ring *ring, unsigned count, uint32_t length)
{
    uint64_t *position = (uint64_t *)ring->producer;
    char *data = (char *)ring->producer + ring->size;

    for (unsigned i = 0; i < count; i++) {
        memcpy(data + (*position & (ring->size - 1)), &length, sizeof(length));
        *position += (length + BPF_RINGBUF_HDR_SZ + 7) & ~7ull;
    }
}

/* What comes in the pauses is of another size, and no part of what the load's turns are counted by. */
static void turns_that_are_not_kept_say_nothing(void **state)
{
    struct ring ring = ring_in_memory();
    struct rings rings = {&ring, 1};

    (void)state;
    for (unsigned turn = 0; turn < 3; turn++) {
        rings_begin(&rings);
        produce(&ring, 10, 8);
        rings_end(&rings);
        rings_keep(&rings);
        rings_begin(&rings);
        produce(&ring, 10, 120);
        rings_end(&rings);
    }
    assert_int_equal(ring.bytes, 3 * 10 * 16);
    assert_true(fabs(ring_events(&ring) - 30) < 1e-9);
    test_free((void *)ring.consumer);
    test_free((void *)ring.producer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_counted),
        cmocka_unit_test(positions_grow_beyond_the_ring),
        cmocka_unit_test(records_that_end_elsewhere_are_not_counted),
        cmocka_unit_test(events_go_by_bytes),
        cmocka_unit_test(turns_that_are_not_kept_say_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
