// SPDX-License-Identifier: GPL-2.0
/* Only what somebody wants to see: of this load nothing. */
#include "tests/objects/events.bpf.h"

const volatile __u64 wanted = 1;

SEC("fentry/__do_sys_getpid")
int send_filtered(void *context)
{
    struct batch *batch = own_batch();

    if (batch && batch->events[0].words[0] == wanted)
        bpf_ringbuf_output(&ring_events, &batch->events[0], sizeof(struct event), 0);
    return 0;
}
