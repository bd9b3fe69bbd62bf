/* SPDX-License-Identifier: GPL-2.0 */
/* One metric over the valid quads of a trial, with the noise reference beside it: arrays for the statistics.
 */
#pragma once

#include "orchestrator/quads.h"
#include "orchestrator/stats/adjust.h"

#define REFERENCE_NAME_MAX 24

/* All owned; a zeroed struct is empty. */
struct series {
    struct quad_view quads;
    double *numbers; /* in the metric's unit, [quads * 4] */
    double *scaled;  /* the same on the scale that is judged; logs where that is relative */
    double *reference[ADJUST_KINDS_MAX];
    char reference_names[ADJUST_KINDS_MAX][REFERENCE_NAME_MAX];
    unsigned kinds;
    char *arms;
    bool *apart; /* [quads]: tell nothing of carry-over (stats/sequence.h) */
    bool *low; /* [quads]: a block with the target on has so few operations that its number may lie too low */
    bool *fell_short;         /* [quads]: with the target on (shortfall.h) */
    unsigned *fell_short_off; /* [quads]: with it off, up to the end of this quad, in those that were lost */
    double *raw, *adjusted, *worse, *worse_raw; /* contrasts, [quads] */
};

/* Collects them; `scaled` and the contrasts are left to the caller. 0 or -ENOMEM; series_free() in any case.
 */
int series_make(struct series *series, const struct trial *trial, const struct metric *metric);
void series_free(struct series *series);

/* Log of the time that one unit of a reference took in a block; NaN where the block has none. */
double series_reference_log(const struct block *block, const char *kind);

/* Contrasts of the first `quads` quads of y into raw and adjusted. */
void series_adjust(struct series *series, const double *y, unsigned quads, struct adjust_output *output);
