/* SPDX-License-Identifier: GPL-2.0 */
/* The kinds of rules. Each adds what it finds; one more kind is a file, a line here and a row in advice.c. */
#pragma once

#include "orchestrator/advice/advisor.h"

/* One way of doing a thing in place of another: differences of rows (swaps.h). */
void advise_swaps(struct advisor *advisor);
/* Fewer events, fewer wake-ups, events that nobody needs (events.h). */
void advise_events(struct advisor *advisor);
/* Buffers that are too small or too large; needs no breakdown. */
void advise_buffers(struct advisor *advisor);
