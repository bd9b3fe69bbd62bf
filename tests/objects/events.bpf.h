/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event of 64 bytes per getpid(), for objects that differ in one thing alone: each is the "before" or
 * the "after" of a piece of advice (tests/bench/advice.txt).
 */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct event {
    __u64 words[8];
};

#define BATCH 16
#ifndef RING_BYTES
#define RING_BYTES (1 << 20)
#endif

struct batch {
    __u64 count;
    struct event events[BATCH];
};

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, RING_BYTES);
} ring_events SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct batch);
} batches SEC(".maps");

/* What is counted or gathered on this CPU; NULL does not happen. */
static __always_inline struct batch *own_batch(void)
{
    __u32 zero = 0;

    return bpf_map_lookup_elem(&batches, &zero);
}

/* The kernel decides whom an event wakes: whoever has read all there was. */
static __always_inline void send_one(void)
{
    struct batch *batch = own_batch();

    if (batch)
        bpf_ringbuf_output(&ring_events, &batch->events[0], sizeof(struct event), 0);
}

/* True for one hit in `of`. */
static __always_inline int is_nth(struct batch *batch, __u64 of)
{
    if (++batch->count < of)
        return 0;
    batch->count = 0;
    return 1;
}
