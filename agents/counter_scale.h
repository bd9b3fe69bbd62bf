/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters that take turns on the processor: where more events are asked for than there are counters, the
 * kernel counts each for a part of the time and says for which. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What read(2) gives with PERF_FORMAT_TOTAL_TIME_ENABLED and _RUNNING. */
struct counter_reading {
    uint64_t value, enabled_ns, running_ns;
};

/* A zeroed one has counted nothing. */
struct counter_total {
    struct counter_reading last;
    double sum;
};

/*
 * Adds what was counted since the last reading, scaled to the whole of that time: by its own share of
 * running, since the share of all time since the start would smear one window over the others. False, with
 * nothing added, where it did not run at all in between: what it would have counted is not known.
 */
bool counter_advance(struct counter_total *total, const struct counter_reading *now);

/*
 * It is dead: a CPU's counter is enabled as long as that CPU is there, with or without a turn. Once the CPU
 * has been offline, reading it succeeds for ever with what it had then.
 */
bool counter_stood(const struct counter_total *total, const struct counter_reading *now);
