/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Time in which the load's CPU was taken away and the kernel did not know: virtual machines without a steal
 * clock. The load sees an operation of many ms; a CPU that had been there would have had its timer interrupts
 * meanwhile. As one more kind of the noise reference ("stall": the window by what was left of it) it is taken
 * off as far as it explains the spread within arms, and if it is the target that makes it, the adjustment is
 * dropped like any other (stats/adjust.h). Pure.
 */
#pragma once

#include "base/hist.h"
#include "base/values.h"

/*
 * Sets ref.stall.ns and ref.stall.count of a window, from its load.ticks, load.tick_ns, load.cpu, window_ns
 * and cpu.N.busy_ns, and the times of its operations. Nothing where one of them is missing. 0 or -ENOMEM.
 */
int stalls_note(struct values *values, const struct hist *latency);
