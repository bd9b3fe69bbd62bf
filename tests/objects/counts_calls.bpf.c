// SPDX-License-Identifier: GPL-2.0
/* An object as a user brings one: a section that says where it belongs, a map, nothing of ours. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} calls SEC(".maps");

SEC("raw_tp/sys_enter")
int count_call(void *context)
{
    __u32 zero = 0;
    __u64 *count = bpf_map_lookup_elem(&calls, &zero);

    if (count)
        (*count)++;
    return 0;
}
