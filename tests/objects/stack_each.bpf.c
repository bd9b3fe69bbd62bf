// SPDX-License-Identifier: GPL-2.0
/* The stack of each hit. */
#include "tests/objects/stack.bpf.h"

SEC("kprobe/__do_sys_getpid")
int walk_each(void *context)
{
    walk(context);
    return 0;
}
