// SPDX-License-Identifier: GPL-2.0
/* The same events; every hundredth wakes the consumer. */
#include "tests/objects/events.bpf.h"

SEC("fentry/__do_sys_getpid")
int send_woken(void *context)
{
    struct batch *batch = own_batch();

    if (batch)
        bpf_ringbuf_output(&ring_events, &batch->events[0], sizeof(struct event),
                           is_nth(batch, 100) ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
    return 0;
}
