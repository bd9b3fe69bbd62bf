/* SPDX-License-Identifier: GPL-2.0 */
/* What makes a hook fire, as cheap as it can be: adding a trigger is a row in triggers.c. */
#pragma once

#include "base/error.h"

#include <sys/types.h>

struct trigger_state {
    pid_t pid;
    char *page;
    char name[16];        /* of this thread: it keeps it */
    int sender, receiver; /* sockets */
    int outside_netns_fd; /* to go back to; -1: we never left */
};
#define TRIGGER_STATE_INITIALIZER                                                                            \
    {                                                                                                        \
        .sender = -1, .receiver = -1, .outside_netns_fd = -1                                                 \
    }

struct trigger {
    const char *name;
    const char *summary;
    int (*prepare)(struct trigger_state *state, struct error *error); /* NULL: nothing to do */
    void (*fire)(struct trigger_state *state, unsigned times);
};

extern const struct trigger trigger_syscall, trigger_nop, trigger_push, trigger_ret, trigger_malloc,
    trigger_usdt, trigger_page_fault, trigger_datagram, trigger_rename;

void trigger_cleanup(struct trigger_state *state);
