/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/claims/ledger.h"
#include "orchestrator/stats/estimate.h"

#include <jansson.h>

enum claim_verdict { CLAIM_WITHIN, CLAIM_BELOW, CLAIM_ABOVE, CLAIM_UNTESTED };

struct claim_outcome {
    enum claim_verdict verdict;
    struct interval measured; /* in the claim's unit */
    bool counted;             /* a ratio of instructions: nothing of it is time */
    char why[320];            /* it was not tested, or what it was tested with */
};

/* A published point stands for this much on both sides. */
#define CLAIM_POINT_SLACK 0.2

/* Is that row of `micro` the one that the term names? A term without a name is none. */
bool claim_term_is(const struct claim_term *term, const char *suite, const char *name, const char *variant);
/* Is it one of those that the claim's test reads? */
bool claim_needs(const struct claim *claim, const char *suite, const char *name, const char *variant);

/*
 * A claim of kind CLAIM_MICRO or CLAIM_NOT_TESTED from the rows of a micro document. Sums and ratios of
 * intervals by the delta method, each side of the estimate by itself, the rows taken as independent (their
 * repetitions are).
 */
void claim_evaluate(const struct claim *claim, const json_t *rows, struct claim_outcome *outcome);

/* Where an interval lies against what was published: whatever overlaps is within. */
enum claim_verdict claim_compare(const struct claim *claim, const struct interval *measured);

/* "within", "below", "above", "not testable here"; for ratios of times "refuted: below" and so on. */
const char *claim_verdict_text(const struct claim *claim, const struct claim_outcome *outcome);
bool claim_is_ratio(const struct claim *claim);
