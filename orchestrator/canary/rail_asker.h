/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that asks for us: a command or an endpoint may take its time to answer, and what is measured and
 * what switches the target must not wait for it. It is gone when we are.
 */
#pragma once

#include "orchestrator/canary/rails.h"

struct rail_asker; /* running */

/* An answer that is older counts as none: nobody knows what it would be now. */
#define RAIL_ANSWER_MAX_AGE_NS (2 * RAIL_LOOK_NS)

/*
 * Starts it: about twice a second it calls ask(context), which returns a reading and may take its time. The
 * context is the child's copy; ours is not touched. 0 or a negative errno.
 */
int rail_asker_start(struct rail_asker **asker, struct rail_reading (*ask)(void *context), void *context);
void rail_asker_stop(struct rail_asker *asker); /* NULL is allowed */

/* Its last answer, unknown where that is too old; `first` until the first one. Never waits. */
struct rail_reading rail_asker_read(struct rail_asker *asker, struct rail_reading first);
