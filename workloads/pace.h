/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Intended times at a fixed rate, for open loops whose operations end before the next one begins. Latency
 * counts from the intended time: what is late because the one before took long is late (Gil Tene's
 * coordinated omission). An operation belongs to the window in which it ends. What a window leaves undone is
 * not the next one's to catch up on, which may be one with the target off: late by more than a short while,
 * it is given up when the window ends, and counts there as failed, with its age.
 */
#pragma once

#include "workloads/recorder.h"

#include <stdint.h>

struct pace {
    uint64_t begun_ns;
    double interval_ns;
    uint64_t grace_ns;
    bool untimed;     /* the load counts operations alone: no latency of those given up either */
    uint64_t begun;   /* operations so far, those given up included; the next one's number */
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
 * noise reference. Returns the time, which is not before the due one; that is known afterwards.
 */
uint64_t pace_wait(struct pace *pace, struct recorder *recorder);

/* recorder_hanging(), for an operation that has begun. */
uint64_t pace_hanging(struct pace *pace, struct recorder *recorder, uint64_t start_ns);
