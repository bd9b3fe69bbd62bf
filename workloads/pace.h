/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Intended times at a fixed rate, for open loops whose operations end before the next one begins. Latency
 * counts from the intended time: what is late because the one before took long is late (Gil Tene's
 * coordinated omission). An operation belongs to the window in which it ends.
 */
#pragma once

#include "workloads/recorder.h"

#include <stdint.h>

struct pace {
    uint64_t begun_ns;
    double interval_ns;
    uint64_t begun;   /* operations so far; the next one's number */
    uint64_t counted; /* intended times already in a window's `offered` */
};

void pace_begin(struct pace *pace, double per_second);

/* When the next operation is due. */
static inline uint64_t pace_due_ns(const struct pace *pace)
{
    return pace->begun_ns + (uint64_t)((double)pace->begun * pace->interval_ns);
}

/* How many intended times there have been up to now_ns. */
static inline uint64_t pace_intended(const struct pace *pace, uint64_t now_ns)
{
    return now_ns < pace->begun_ns ? 0
                                   : (uint64_t)((double)(now_ns - pace->begun_ns) / pace->interval_ns) + 1;
}

/*
 * Sleeps until the next operation is due, hands over windows meanwhile, and uses pauses for bursts of the
 * noise reference. Returns the time, which is not before the due one.
 */
uint64_t pace_wait(struct pace *pace, struct recorder *recorder);
