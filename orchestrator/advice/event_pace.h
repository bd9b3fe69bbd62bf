/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an event costs on all CPUs by how much time there is between two of them, when each tells its
 * consumer: one that is behind is not woken by a ring buffer, but a perf buffer interrupts itself all the
 * same. Pure.
 */
#pragma once

#include "orchestrator/advice/advisor.h"

/* Between two events with the target off, from the load's own rate; ns. NaN: it has none. */
double event_gap_ns(const struct advisor *advisor, double events_per_op);

/* Of `row` ("perf_event_output") by `micro`; NaN where it has no such rows (the one CPU of exact mode). */
struct interval event_pace_total(const struct advisor *advisor, const char *row, double gap_ns);
