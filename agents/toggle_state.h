/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of target kind "toggle" share. */
#pragma once

#include "agents/keeper.h"
#include "agents/target.h"
#include "agents/target_toggle.h"

#include <stdbool.h>

/* Behind target->state. */
struct toggle {
    struct keeper *keeper;      /* owned; switches it if we can't any more */
    bool on;                    /* or maybe so: the on command has been started and no off has succeeded */
    bool left;                  /* it was seen to that it is as it is to be left, with success or not */
    bool known;                 /* reference is there */
    struct inventory before;    /* the system's, without it */
    struct inventory reference; /* its programs at the first attachment */
    struct inventory own;       /* its programs now: what must be gone afterwards */
    char *cgroup;               /* of its processes; owned, NULL: not known */
};

/* Of a target that was checked. */
struct toggle_words toggle_words_of(const struct target *target);

/* By its own word: 1 it is on, 0 it is not, or there is none to ask; -EINTR after a signal or a rail
 * (`interrupt` may be NULL), which are not to wait for an answer. */
int toggle_says_ready(const struct toggle_words *words, struct interrupt *interrupt);

/* Waits until it is on; fills target->inventory and attach_ns, toggle->own and, the first time, reference. */
int toggle_wait_ready(struct target *target, uint64_t asked_ns, struct error *error);

/* Takes `own` for its programs, described, with their maps; attach_ns 0: it has been on. 0 or a negative
 * errno. */
int toggle_take_as_ready(struct target *target, uint64_t attach_ns, struct inventory *own);
