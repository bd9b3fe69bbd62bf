// SPDX-License-Identifier: GPL-2.0
/* An event for each hit. */
#include "tests/objects/events.bpf.h"

SEC("fentry/__do_sys_getpid")
int send_each(void *context)
{
    send_one();
    return 0;
}
