/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does it matter where a block stands? A block that follows one of the other arm may carry something over:
 * maps that are still filling, maps freed after their tool has gone, caches. A design of A B B A and B A A B
 * shows it, the carry-over of a crossover trial (S. Senn, "Cross-over Trials in Clinical Research", 2nd ed.,
 * chapters 3 and 10).
 */
#pragma once

#include "orchestrator/stats/estimate.h"

#include <stdbool.h>

#define SEQUENCE_LEVEL 0.99 /* confidence of the intervals */
#define SEQUENCE_SHARE 0.25 /* of the larger of |estimate| and half width: from there on it matters */

struct sequence_check {
    struct interval effect; /* in the unit of the contrasts; the whole line with too few quads */
    unsigned quads;         /* that it rests on (of the smaller group for `halves`) */
    bool matters;
};

struct sequence_report {
    struct sequence_check b_after_a; /* B after A less B after B, in the ABBA quads */
    struct sequence_check a_after_b; /* A after B less A after A, in the BAAB quads */
    struct sequence_check halves;    /* contrasts of the run's second half less those of the first */
};

/*
 * Blocks (adjusted where there is a reference: adjust_blocks) and arms, [quads * 4] in the order they were
 * run, of at most ESTIMATE_MAX quads. Only the two inner blocks of a quad are compared for carry-over: they
 * are neighbours, and one follows the other arm, the other its own; the first block of a quad follows a
 * restart of the workload. A drift of one sign within all quads shows up in both carry-over checks, too. Of
 * quads out of which a third arm was taken (versus.h) those tell nothing of carry-over in which it stood
 * before an inner block: `apart`, [quads], is true for them; NULL: for none.
 *
 * An effect matters when its interval excludes zero and it is larger than a quarter of both |estimate| and
 * half width, those of the metric's own effect: small beside either, it changes no conclusion. Quads with a
 * value that is not finite are left out. 0, or -EINVAL for too many quads or a quad that is neither ABBA nor
 * BAAB.
 */
int sequence_check(const double *blocks, const char *arms, const bool *apart, unsigned quads, double estimate,
                   double half_width, struct sequence_report *report);
