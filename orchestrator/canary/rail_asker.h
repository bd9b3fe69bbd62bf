/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that asks for us: a command or an endpoint may take its time to answer, and what is measured and
 * what switches the target must not wait for it. It is gone when we are.
 */
#pragma once

#include "base/interrupt.h"
#include "orchestrator/canary/rails.h"

struct rail_asker; /* running */

/* An answer that is older counts as none: nobody knows what it would be now. */
#define RAIL_ANSWER_MAX_AGE_NS (2 * RAIL_LOOK_NS)

/*
 * In the child: a reading, which may take its time; `context` is the child's copy, and ours is not touched.
 * It waits with `interrupt` alone: once that ends a wait, it ends what it has started and returns at once.
 */
typedef struct rail_reading rail_ask(void *context, struct interrupt *interrupt);

/* Starts it: about twice a second it calls ask(). 0 or a negative errno. */
int rail_asker_start(struct rail_asker **asker, rail_ask *ask, void *context);
/* Ends it and what it has just asked; waits for that, a second at most. NULL is allowed. */
void rail_asker_stop(struct rail_asker *asker);

/* Its last answer, unknown since then where that is too old; `first` until the first one. Never waits. */
struct rail_reading rail_asker_read(struct rail_asker *asker, struct rail_reading first);
