/* SPDX-License-Identifier: GPL-2.0 */
/* The long attachment of a recorded sham (tests/bench/record.sh), as programs that sum it up read it. */
#pragma once

#include "base/cleanup.h"
#include "orchestrator/series.h"
#include "orchestrator/stats/adjust.h"

#include <math.h>
#include <string.h>

/* Logs of consecutive windows of the long attachment, all owned. */
struct recording {
    double *y;
    double *r[ADJUST_KINDS_MAX];
    char names[ADJUST_KINDS_MAX][REFERENCE_NAME_MAX];
    unsigned count, kinds;
    double window_s;
};

static inline void find_kinds(struct recording *recording, const struct block *block)
{
    for (size_t i = 0; i < block->values.count && recording->kinds < ADJUST_KINDS_MAX; i++) {
        const char *name = block->values.items[i].name, *dot = strrchr(name, '.');

        if (strncmp(name, "ref.", 4) == 0 && strcmp(dot, ".count") == 0)
            snprintf(recording->names[recording->kinds++], REFERENCE_NAME_MAX, "%.*s", (int)(dot - name - 4),
                     name + 4);
    }
}

static inline int load_recording(struct recording *recording, const struct trial *trial)
{
    recording->y = calloc(trial->count + 1, sizeof(double));
    for (unsigned kind = 0; kind < ADJUST_KINDS_MAX; kind++)
        recording->r[kind] = calloc(trial->count + 1, sizeof(double));
    for (size_t i = 0; i < trial->count; i++) {
        const struct block *block = &trial->blocks[i];

        if (block->phase != PHASE_STEADY || block->arm != 'B' || !block->latency)
            continue;
        if (recording->count == 0)
            find_kinds(recording, block);
        recording->window_s = (double)block->window_ns / 1e9;
        recording->y[recording->count] = log(hist_mean_ns(block->latency));
        for (unsigned kind = 0; kind < recording->kinds; kind++)
            recording->r[kind][recording->count] = series_reference_log(block, recording->names[kind]);
        recording->count++;
    }
    return recording->count > 8 ? 0 : -1;
}

static inline void free_recording(struct recording *recording)
{
    free(recording->y);
    for (unsigned kind = 0; kind < ADJUST_KINDS_MAX; kind++)
        free(recording->r[kind]);
}
