// SPDX-License-Identifier: GPL-2.0
/* Counted for each hit, instead of sent. */
#include "tests/objects/events.bpf.h"

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
    __uint(max_entries, 1024);
    __type(key, __u32);
    __type(value, __u64);
} counts SEC(".maps");

SEC("fentry/__do_sys_getpid")
int count_each(void *context)
{
    struct batch *batch = own_batch();
    __u32 key = 1;

    if (batch)
        bpf_map_update_elem(&counts, &key, &batch->count, BPF_ANY);
    return 0;
}
