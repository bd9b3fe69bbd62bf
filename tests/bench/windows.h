/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A line of windows with nothing switched on: logs of the primary metric and of the noise references. From a
 * recorded sham, or made to a recording's Allan deviation.
 */
#pragma once

#include "base/random.h"
#include "orchestrator/stats/adjust.h"

#include <stdio.h>

struct windows {
    double *y;                   /* owned, [count]; natural logs */
    double *r[ADJUST_KINDS_MAX]; /* owned, [count] each */
    unsigned count, kinds;
    double window_s;
};

void windows_free(struct windows *windows);

/*
 * Reads what build/bench/windows has written: a line "# windows KINDS SECONDS", then one line a window,
 * metric and references in millionths of a natural log. 0; -EINVAL for anything else in it, -errno.
 */
int windows_read(struct windows *windows, FILE *file);
int windows_write(const struct windows *windows, FILE *file);

/* What tests/data/recordings.md says of one recording. */
struct recording_summary {
    double deviation; /* Allan deviation at 0.3 s, a share */
    double factor;    /* sd of a quad of such windows, raw by adjusted */
};

/* 0; -ENOENT when `file` has no such table. `name` as in its heading, for example "udp_rr.jsonl". */
int recording_summary_read(struct recording_summary *summary, FILE *file, const char *name);

/*
 * Noise with a flat Allan deviation up to 16 windows, as two of the recordings had it from 0.1 to 4 s: the
 * sum of processes that forget within 1, 2, 4, ... windows. Beyond that, where the recordings say nothing, it
 * is white, and longer averages gain: kind to whoever measures first one side and then the other. One
 * reference shares as much of it as makes `factor`. Fills `count` windows from an allocated `windows`; scaled
 * by `unit` (flicker_unit()).
 */
void flicker_fill(struct windows *windows, struct random *random, const struct recording_summary *like,
                  double unit);

/* Allan deviation from window to window of the sum above with deviation 1 a process. */
double flicker_unit(void);

/* Room for so many windows, zeroed. 0 or -ENOMEM. */
int windows_alloc(struct windows *windows, unsigned count, unsigned kinds, double window_s);
