/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the target's events cost in all, measured, and what other numbers of them would cost. Pure.
 *
 *   cost = events x each + wake-ups x per_wake
 *
 * Known: what both sides spend (the events' share of the programs' time, and the target's own processes), the
 * wake-ups (context switches that the tool adds, two each), and what an event takes that wakes nobody
 * (`micro`). The rest is the wake-ups', up to what one costs in `micro` where that can be told; what is left
 * then is what the reader does with each event. Wake-ups grow scarcer only with what could wake: a reader
 * that is behind finds several events, and of one in ten each may wake it as before.
 */
#pragma once

#include "orchestrator/advice/advisor.h"

#include <stdbool.h>

#define EVENTS_WOKEN_100TH "64 B, consumer woken for every 100th"
/* A consumer that was asleep, for a moment to long: what waking it costs depends on it. */
#define EVENTS_RESTED_1US  "64 B, consumer asleep, an event each 1 us"
#define EVENTS_RESTED_5US  "64 B, consumer asleep, an event each 5 us"
#define EVENTS_RESTED_50US "64 B, consumer asleep, an event each 50 us"

struct events {
    double count, count_low; /* per operation, and the fewest that the same time allows */
    struct interval spent;   /* per operation, both sides */
    double wakeups;          /* per operation; 0: not seen */
    double each, per_wake;
    const char *row;     /* of most of them: "perf_event_output", ... */
    const char *program; /* that sends most of them; "": not known */
};

/* Rows of `micro` that say what such an event costs, for a call of this kernel function; 0 where it is none.
 */
#define EVENTS_ROWS 11
unsigned events_rows(const char *function, struct unit_row rows[EVENTS_ROWS]);

/* False where it sends none, or it is not known what they cost. */
bool events_measure(const struct advisor *advisor, struct events *events);

/* Saved when `share` of the events go on being sent, with at most `chances` of waking somebody (per
 * operation), each at `more` more than now. */
struct interval events_saved(const struct events *events, double share, double chances, double more);
