// SPDX-License-Identifier: GPL-2.0
/* An event for each hit, into a ring buffer of 16 MiB. */
#define RING_BYTES (16 << 20)
#include "tests/objects/events.bpf.h"

SEC("fentry/__do_sys_getpid")
int send_each(void *context)
{
    send_one();
    return 0;
}
