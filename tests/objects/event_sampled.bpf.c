// SPDX-License-Identifier: GPL-2.0
/* One event in ten. */
#include "tests/objects/events.bpf.h"

SEC("fentry/__do_sys_getpid")
int send_sampled(void *context)
{
    struct batch *batch = own_batch();

    if (batch && is_nth(batch, 10))
        bpf_ringbuf_output(&ring_events, &batch->events[0], sizeof(struct event), 0);
    return 0;
}
