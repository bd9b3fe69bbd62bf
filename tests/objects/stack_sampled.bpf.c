// SPDX-License-Identifier: GPL-2.0
/* The stack of one hit in ten. */
#include "tests/objects/events.bpf.h"

struct {
    __uint(type, BPF_MAP_TYPE_STACK_TRACE);
    __uint(max_entries, 1024);
    __uint(key_size, 4);
    __uint(value_size, 127 * 8);
} stacks SEC(".maps");

SEC("kprobe/__do_sys_getpid")
int walk_sampled(void *context)
{
    struct batch *batch = own_batch();

    if (batch && is_nth(batch, 10))
        bpf_get_stackid(context, &stacks, BPF_F_FAST_STACK_CMP);
    return 0;
}
