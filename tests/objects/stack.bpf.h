/* SPDX-License-Identifier: GPL-2.0 */
/* What the objects of pairs about stacks have in common: the map, and one walk into it. */
#pragma once

#include "tests/objects/events.bpf.h"

struct {
    __uint(type, BPF_MAP_TYPE_STACK_TRACE);
    __uint(max_entries, 1024);
    __uint(key_size, 4);
    __uint(value_size, 127 * 8);
} stacks SEC(".maps");

static __always_inline void walk(void *context)
{
    bpf_get_stackid(context, &stacks, BPF_F_FAST_STACK_CMP);
}
