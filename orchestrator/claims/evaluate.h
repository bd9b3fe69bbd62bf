/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/claims/ledger.h"
#include "orchestrator/stats/estimate.h"

#include <jansson.h>

enum claim_verdict { CLAIM_WITHIN, CLAIM_BELOW, CLAIM_ABOVE, CLAIM_UNTESTED };

struct claim_outcome {
    enum claim_verdict verdict;
    struct interval measured; /* in the claim's unit */
    char why[320];            /* it was not tested */
};

/* A published point stands for this much on both sides. */
#define CLAIM_POINT_SLACK 0.2

/*
 * A claim of kind CLAIM_MICRO or CLAIM_NOT_TESTED from the rows of a micro document. Sums and ratios of
 * intervals by the delta method, the rows taken as independent (their repetitions are).
 */
void claim_evaluate(const struct claim *claim, const json_t *rows, struct claim_outcome *outcome);

/* Where an interval lies against what was published: whatever overlaps is within. */
enum claim_verdict claim_compare(const struct claim *claim, const struct interval *measured);

/* "within", "below", "above", "not testable here"; for ratios "refuted (below)" and so on. */
const char *claim_verdict_text(const struct claim *claim, enum claim_verdict verdict);
bool claim_is_ratio(const struct claim *claim);
