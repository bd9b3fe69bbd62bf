/* SPDX-License-Identifier: GPL-2.0 */
/* A tool started for a moment, to see what it attaches to. */
#pragma once

#include "agents/target.h"
#include "base/error.h"
#include "base/interrupt.h"

/* Owned; a zeroed one is empty, and with the lock it holds the machine. glimpse_close() ends the tool however
 * far it came. */
struct glimpse {
    char *cgroup; /* owned */
    struct keeper *keeper;
    struct target target; /* its inventory is what was seen */
    int lock_fd;          /* owned; -1: not locked */
};

#define GLIMPSE_NONE ((struct glimpse){.lock_fd = -1})

/*
 * Starts argv (NULL-terminated, borrowed) and returns when it is attached. Needs root and the machine's lock
 * (EXIT_ENVIRONMENT); EXIT_TARGET when it does not attach.
 */
int glimpse_open(struct glimpse *glimpse, char *const *argv, struct interrupt *interrupt,
                 struct error *error);
/* Ends it as a run would; EXIT_TARGET when it will not detach. */
int glimpse_switch_off(struct glimpse *glimpse, struct error *error);
void glimpse_close(struct glimpse *glimpse);
