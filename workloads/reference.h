/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The noise reference (docs/method.md): short bursts of user-space work by the generator's own thread,
 * between operations. Neighbours on the same core and caches slow it down as they slow the load down; a
 * tracing tool has no business in it. No system call (the clock is read through the vDSO). A kind is a row in
 * a table.
 */
#pragma once

#include "base/values.h"

#include <stdbool.h>
#include <stdint.h>

#define REFERENCE_KINDS_MAX  8
#define REFERENCE_CADENCE_NS UINT64_C(4000000) /* in which each kind has one burst */

#define REFERENCE_BURSTS_MAX 1024 /* of a kind remembered in one window: the last ones */

/* What one window saw; in memory shared with the parent. */
struct reference_sums {
    uint64_t total_ns; /* whole bursts, with what they discard */
    uint64_t bursts;
    struct {
        uint32_t bursts;
        uint32_t burst_ns[REFERENCE_BURSTS_MAX];
    } kinds[REFERENCE_KINDS_MAX];
};

/* One thread's. A zeroed one is off. */
struct reference {
    bool on;
    uint64_t due_ns; /* of the next burst; UINT64_MAX when off */
    unsigned next;   /* kind whose turn it is */
    void *kinds[REFERENCE_KINDS_MAX];
    uint64_t cost_ns[REFERENCE_KINDS_MAX]; /* what its last burst took */
};

/* Allocates what the kinds work on, in the generator's process, for the rest of its life. 0 or -ENOMEM. */
int reference_prepare(struct reference *reference, bool on);

/* One burst of one kind, added to *sums; sets the next one's time. Returns the time at its end. */
uint64_t reference_burst(struct reference *reference, struct reference_sums *sums);

/* Does a burst that is due fit between now_ns and until_ns? For open loops. */
static inline bool reference_fits(const struct reference *reference, uint64_t now_ns, uint64_t until_ns)
{
    return now_ns >= reference->due_ns && now_ns + reference->cost_ns[reference->next] * 5 / 4 < until_ns;
}

/*
 * ref.total_ns, ref.bursts, and for each kind ref.KIND.ns and ref.KIND.count: time and units of the middle
 * half of its bursts, since a burst in which the thread was preempted says nothing about caches. Nothing when
 * there was no burst. Sorts what is in *sums. 0 or -ENOMEM.
 */
int reference_values(struct reference_sums *sums, struct values *values);
