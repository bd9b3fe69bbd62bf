/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often a program really makes each of its calls, and how long they take. Its paths alone say "from none
 * to one"; what they leave open, the measured time of a run decides. Pure.
 *
 * Calls and instructions are taken to grow from the fewest to the most at their cheapest prices until the
 * measured time is reached; time beyond that makes them dearer, up to their dearest prices, and what is left
 * then belongs to events, which wake their consumers. Of a loop without a bound the time gives the number of
 * its calls, where there is only one kind of them.
 */
#pragma once

#include "orchestrator/stats/estimate.h"

#include <jansson.h>
#include <stdbool.h>

#define CALLS_MAX 64

struct call_use {
    struct interval count, time; /* per operation; NaN: nobody knows */
    bool exact;                  /* as often on every path */
    bool measured;               /* else the middle of what the paths allow */
};

/* Of the target's program `index`: its calls in the order of code.calls, `CALLS_MAX` at most. Their number.
 */
unsigned calls_of(const json_t *document, unsigned index, const json_t *rows,
                  struct call_use uses[CALLS_MAX]);

/* Does the kernel function hand over an event? Then the name of the row that says what that costs, or NULL.
 */
const char *calls_event_row(const char *function);

/* `function`, or what it is called for a kind of program ("_tp", "_raw_tp" behind it). */
bool calls_is(const char *name, const char *function);
