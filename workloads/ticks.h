/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Timer interrupts of a CPU: a busy one has one each tick. One that has fewer was not there: a hypervisor
 * took it away, which the kernel learns where it reports steal, and otherwise only from this
 * (orchestrator/stalls.h).
 */
#pragma once

/*
 * How many the CPU has had, by /proc/interrupts; NaN where that does not say, and on machines of more than 64
 * CPUs, where to read it takes milliseconds.
 */
double ticks_count(int cpu);

/* The same of a text; NaN where it has no row of local timer interrupts, or no such CPU. */
double ticks_parse(const char *interrupts, int cpu);

/* ns from one to the next. */
double ticks_period_ns(void);
