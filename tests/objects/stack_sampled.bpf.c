// SPDX-License-Identifier: GPL-2.0
/* The stack of one hit in ten. */
#include "tests/objects/stack.bpf.h"

SEC("kprobe/__do_sys_getpid")
int walk_sampled(void *context)
{
    struct batch *batch = own_batch();

    if (batch && is_nth(batch, 10))
        walk(context);
    return 0;
}
