/* SPDX-License-Identifier: GPL-2.0 */
/* Events that a program hands over to user space, by its instructions. Pure. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* Is this the kernel function that hands one event over? */
bool event_hands_over(const char *function);

/* May this call of a program's code hand events over that nobody sees? One whose function has no name, or
 * another program that it goes on with. */
bool event_may_hide(const json_t *call);

/* Events of one run; NaN for as many as one likes, and where the instructions, or names of calls, are not
 * known. */
struct event_range {
    double fewest, most;
};

/* `program` as compose_target() has it. */
struct event_range events_of_run(const json_t *program);
