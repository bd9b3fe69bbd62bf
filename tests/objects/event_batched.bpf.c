// SPDX-License-Identifier: GPL-2.0
/* Sixteen events in one. */
#include "tests/objects/events.bpf.h"

SEC("fentry/__do_sys_getpid")
int send_batched(void *context)
{
    struct batch *batch = own_batch();
    struct event *event;

    if (!batch)
        return 0;
    event = &batch->events[batch->count & (BATCH - 1)];
    event->words[0] = batch->count;
    if (is_nth(batch, BATCH))
        bpf_ringbuf_output(&ring_events, batch->events, sizeof(batch->events), 0);
    return 0;
}
