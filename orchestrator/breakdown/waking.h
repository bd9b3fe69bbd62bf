/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What waking a consumer costs, by how often it is woken. A CPU that goes idle stops its tick, and starts it
 * again when it leaves. Woken before it has come to rest, it leaves without an interrupt, but has to do all
 * of that in its own time; one that has halted is sent an interrupt by the producer. `micro` has consumers of
 * three paces. Pure.
 */
#pragma once

#include "orchestrator/stats/estimate.h"

#include <jansson.h>

struct waking {
    struct interval telling; /* of the producer, each time that the consumer was asleep; NaN: not known */
    double change_ns;        /* of the consumer's CPU, out of idle and back into it; NaN: not known */
};

/*
 * `event`: the row's name ("ringbuf_output"), `alone`: an event that wakes nobody, `cycle_ns`: from one
 * wake-up to the next on average; NaN: not known, and taken to be long.
 */
struct waking waking_of(const json_t *rows, const char *event, struct interval alone, double cycle_ns);
