/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A command by which somebody else's agent is switched. What it starts may go on when it has ended, and must
 * not depend on us in any way: no pipe of ours that breaks, no group of ours that is killed.
 */
#pragma once

#include "agents/keeper.h"
#include "base/interrupt.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct toggle_command_end {
    int status;       /* as from waitpid; -1: it did not end by itself */
    char output[600]; /* the end of the first 64 KiB of what it printed, both streams */
};

/*
 * sh -c, as root's shell would run it: all CPUs, ordinary priority, a session of its own. 0 when it has
 * ended, whatever its status; -ETIMEDOUT and -EINTR (`interrupt` may be NULL): it and its group are killed;
 * or another negative errno. `keeper`, for what switches the target, ends it when we die meanwhile; else
 * NULL.
 */
int toggle_command_run(const char *command, struct keeper *keeper, uint64_t timeout_ns,
                       struct interrupt *interrupt, struct toggle_command_end *end);

/* In a child of `parent`, and until its end with it: becomes the command. Output goes to `output_fd` (-1:
 * /dev/null). */
void toggle_command_become(const char *command, int output_fd, pid_t parent) __attribute__((noreturn));
