// SPDX-License-Identifier: GPL-2.0
/* One event into each kind of buffer per program executed; send_results tells whether somebody reads them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct event {
    __u64 words[16];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, sizeof(__u32));
} perf_events SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} ring_events SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __type(key, __u32);
    __type(value, __u64);
} send_results SEC(".maps"); /* taken, refused */

static __always_inline void note(__u32 refused)
{
    __u64 *count = bpf_map_lookup_elem(&send_results, &refused);

    if (count)
        __sync_fetch_and_add(count, 1);
}

SEC("raw_tp/sched_process_exec")
int send_events(void *context)
{
    struct event event = {};

    note(bpf_perf_event_output(context, &perf_events, BPF_F_CURRENT_CPU, &event, sizeof(event)) != 0);
    note(bpf_ringbuf_output(&ring_events, &event, sizeof(event), 0) != 0);
    return 0;
}
