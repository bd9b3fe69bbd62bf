/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The noise reference as a control variate (docs/method.md): contrasts less what the reference says about the
 * machine's mood. Coefficients come from the differences between the two A blocks and the two B blocks of a
 * quad. These are the same two differences whichever way the coin fell, so under "no effect" the coin still
 * flips the sign of every adjusted contrast and of nothing else, and the signed-rank test stays exact. What
 * the coefficients are does not matter for that, only how much noise they take away (regression.h).
 */
#pragma once

#include "orchestrator/stats/estimate.h"
#include "orchestrator/stats/regression.h"

#include <stdbool.h>

#define ADJUST_KINDS_MAX REGRESSION_COLUMNS_MAX
#define ADJUST_QUADS_MAX ESTIMATE_MAX

/* All arrays are the caller's, [quads * 4], blocks in the order they were run. */
struct adjust_input {
    unsigned quads;
    unsigned kinds;                    /* references; 0: nothing to adjust with */
    const double *y;                   /* the metric, log scale (or plain, for plain differences) */
    const double *r[ADJUST_KINDS_MAX]; /* each reference, log scale */
    const char *arms;                  /* 'A' or 'B'; each quad ABBA or BAAB */
};

struct adjust_output {
    double coefficient[ADJUST_KINDS_MAX]; /* 0 for a kind left out; kept when the adjustment is dropped */
    double *raw, *adjusted;               /* contrasts [quads]; the caller's arrays, set before the call */
    /* Contrast of the reference itself with its 95 % interval: should hold 0. Unknown for a kind left out. */
    struct interval reference_effect[ADJUST_KINDS_MAX];
    /*
     * What the adjustment takes from the contrasts, the sum of coefficient times reference contrast: the bias
     * if it is the target that moves the reference. 95 % interval.
     */
    struct interval taken;
    bool dropped;  /* the target moves the reference, or there is nothing to adjust with: adjusted = raw */
    bool doubtful; /* it may move it: judge on both (verdict_of_both) */
    char why[96];  /* the reason of either, a phrase; "" when there is none */
    double gain;   /* (sd of raw / sd of adjusted)^2: worth that many times the quads; 1 when dropped */
};

/*
 * Fills *output. Left out are kinds with a value that is not finite, and those that never move. Blocks whose
 * y is not finite take no part in the coefficients, and their quads' contrasts are not finite either: the
 * caller's to leave out or to count as infinitely worse. 0, or -EINVAL for too many quads or kinds or an
 * order other than ABBA, BAAB.
 *
 * Does the target itself move the reference? `taken` is then off zero, but it is as noisy as the raw
 * contrasts, and in step with them: to drop the adjustment on weak evidence would be to choose the raw
 * contrasts just when chance has moved them, and raise the error by about the level of that evidence. Hence
 * two steps, both only where |taken| is above a quarter of the adjusted half width:
 *
 * - dropped: the signed-rank interval of `taken` at 0.1 % a side excludes zero.
 * - doubtful: the one at 16 % a side (one standard error) does. verdict_of_both then asks the raw contrasts
 *   as well, for the verdict that the adjustment makes easier, which cannot raise the error.
 *
 * What is left: a target that moves the reference by less than about two standard errors of the raw
 * contrasts can pass unnoticed. tests/unit/test_adjust_rule.c has the figures.
 */
int adjust_contrasts(const struct adjust_input *input, struct adjust_output *output);

/* Each block's y less coefficient times reference (less its mean over the run), for the other checks. */
void adjust_blocks(const struct adjust_input *input, const struct adjust_output *output, double *blocks);
