/* SPDX-License-Identifier: GPL-2.0 */
/* What the keeper's process and ours have in common: one shared page or two, and the message between them. */
#pragma once

#include "agents/compiler_error.h"
#include "agents/keeper.h"

#include <stdatomic.h>
#include <sys/types.h>

#define TAIL_BYTES 4096

/* Last bytes of a stream: byte i of it is at bytes[i % TAIL_BYTES]. Written by the keeper alone. */
struct keeper_tail_ring {
    _Atomic uint64_t written;
    char bytes[TAIL_BYTES];
};

struct keeper_shared {
    _Atomic uint64_t lost_events, lost_lines, output_bytes;
    _Atomic uint32_t attachment;   /* last one that it has taken over */
    _Atomic uint32_t open_streams; /* of that attachment */
    struct keeper_tail_ring tails[KEEPER_STREAMS];
    _Atomic bool has_compiler_error; /* of that attachment, in the text below */
    char compiler_error[COMPILER_ERROR_MAX + 1];
    /* Two places, so that one is whole at any time: last_command is the one that counts, from 1; 0: none. */
    _Atomic uint32_t last_command;
    _Atomic pid_t switching; /* leads the group of a command that switches the target just now; 0: none */
    char commands[2][KEEPER_COMMAND_MAX];
};

/* One attachment; its descriptors travel beside it: two pipes, then the files there are. */
struct keeper_message {
    uint32_t attachment;
    uint32_t has_file[KEEPER_STREAMS];
    uint64_t bytes_max;
};

/* The keeper's whole life; never returns. The three descriptors are its own. */
void keeper_main(struct keeper_shared *shared, int socket_fd, int parent_pidfd, const char *run_cgroup)
    __attribute__((noreturn));
