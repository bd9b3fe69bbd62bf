/* SPDX-License-Identifier: GPL-2.0 */
/* The valid quads of a trial, as the statistics want them. */
#pragma once

#include "orchestrator/metric.h"
#include "reports/trial.h"

/* Indices of blocks: those of quad q are index[q * 4 .. q * 4 + 3], in the order of their positions. */
struct quad_view {
    size_t *index; /* owned */
    unsigned count;
};

/*
 * A quad is valid when its four blocks are there in the order A B B A or B A A B and none of them is marked.
 * No plan has more than ESTIMATE_MAX of them: a file's further ones are left out. 0 or -ENOMEM.
 */
int quads_find(struct quad_view *quads, const struct trial *trial);
void quads_free(struct quad_view *quads);

/* numbers[q * 4 + position] of a metric for the first `count` quads; NaN where a block has none. */
void quads_numbers(const struct quad_view *quads, const struct trial *trial, unsigned count,
                   const struct metric *metric, double *numbers);
/* arms[q * 4 + position]. */
void quads_arms(const struct quad_view *quads, const struct trial *trial, unsigned count, char *arms);
/* apart[q] of all quads: did a block of an arm that was left out stand before one of the two inner blocks? */
void quads_apart(const struct quad_view *quads, const struct trial *trial, bool *apart);
