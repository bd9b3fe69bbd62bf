// SPDX-License-Identifier: GPL-2.0
/* Counts how often a point is passed by tasks of each of two cgroups (bpf/hit_counter.h). */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define CGROUPS 2

char LICENSE[] SEC("license") = "GPL";

struct {
    __uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
    __uint(max_entries, CGROUPS);
    __type(key, __u32);
    __type(value, __u32);
} cgroups SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, CGROUPS);
    __type(key, __u32);
    __type(value, __u64);
} hits SEC(".maps");

static __always_inline void count_for(__u32 index)
{
    __u64 *count = bpf_map_lookup_elem(&hits, &index);

    if (count && bpf_current_task_under_cgroup(&cgroups, index) == 1)
        *count += 1;
}

SEC("raw_tp")
int on_raw_tp(void *context)
{
    (void)context;
    count_for(0);
    count_for(1);
    return 0;
}

SEC("tp")
int on_tracepoint(void *context)
{
    (void)context;
    count_for(0);
    count_for(1);
    return 0;
}

SEC("fentry")
int on_function(void *context)
{
    (void)context;
    count_for(0);
    count_for(1);
    return 0;
}
