/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes each CPU bring its idle accounting up to date. An idle CPU adds to idle_sleeptime only when it leaves
 * idle, so a reader can't see the period still going on, nor tell it from a busy one. Reading a CPU-wide
 * perf event sends that CPU an interrupt (perf_event_read() of kernel/events/core.c), whose entry ends the
 * idle period and whose exit begins a new one (tick_irq_enter(), tick_irq_exit()). The event itself is the
 * software "dummy", which counts nothing, and one that belongs to a CPU and to no task does not turn on the
 * scheduler's perf hooks (account_event()): between the reads it costs nothing.
 */
#pragma once

#include <stdint.h>

struct cpu_flush;

/* NULL where perf events are not to be had, or on machines with so many CPUs that it would take too long. */
struct cpu_flush *cpu_flush_open(void);
void cpu_flush_close(struct cpu_flush *flush);
/* Flushes all; at_ns[cpu] becomes the time (CLOCK_MONOTONIC) just before, 0 where it failed. */
void cpu_flush(struct cpu_flush *flush, uint64_t *at_ns, unsigned size);
