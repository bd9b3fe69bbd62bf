/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * Time of one multiplication of a chain of them, in ns: its latency in cycles is a constant of the core
 * (three on the x86 of the last twenty years), no cache and no neighbour on the same core changes it, so that
 * it tells the clock that the core runs at right now. About 0.1 ms.
 */
double core_clock_ns(void);
