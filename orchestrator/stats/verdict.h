/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Verdicts on budgets. Everything here works on contrasts that the caller has oriented so that positive means
 * worse: log(B) - log(A) for "lower is better", its negative for "higher is better", plain differences for
 * absolute budgets. The method is docs/method.md, "The estimate and the verdict".
 */
#pragma once

#include "orchestrator/stats/estimate.h"
#include "orchestrator/stats/looks.h"
#include "orchestrator/stats/power.h"

#include <stdbool.h>

enum verdict {
    VERDICT_MEASURED,     /* no budget was set */
    VERDICT_PASS,         /* the cost is below the budget */
    VERDICT_FAIL,         /* the cost is above the budget */
    VERDICT_INCONCLUSIVE, /* neither, after the last look */
    VERDICT_OPEN,         /* neither so far; the next look may tell */
};

/* One metric's way through the looks; starts as VERDICT_START. */
struct verdict_state {
    enum verdict verdict;
    unsigned look; /* 0-based, at which it was reached; the newest while open */
};

#define VERDICT_START ((struct verdict_state){.verdict = VERDICT_OPEN})

/* Confidence of the one-sided bound that guards the mean. */
#define MEAN_GUARD_LEVEL 0.975

/*
 * The verdict of one look (0-based) over the first n contrasts, for one of m budgets with the limit `delta`
 * (NaN: no budget, VERDICT_MEASURED). FAIL when the whole interval at level/m lies above delta. PASS when the
 * interval at the full level lies below it, since passing needs every budget to hold (an intersection-union
 * test: R. Berger, Technometrics 24(4), 1982), and the mean's one-sided t bound does too: rare
 * dear quads move the mean and not the pseudomedian. Else VERDICT_OPEN.
 *
 * *shown is the interval at m budgets (unknown where there is none). Fewer contrasts than the first look
 * wants, or a NaN among them, give no verdict.
 */
enum verdict verdict_at_look(const double *worse, unsigned n, const struct look_plan *plan, unsigned look,
                             unsigned m, double delta, struct interval *shown);

/*
 * The same over contrasts of which some were left out, however few they are.
 */
enum verdict verdict_of_rest(const double *worse, unsigned n, const struct look_plan *plan, unsigned look,
                             unsigned m, double delta);

/*
 * The same where it is doubtful whether the adjusted contrasts may be trusted (adjust.h): the interval of the
 * adjusted ones, drawn out as far as the raw one on the side towards which the raw estimate lies. So a PASS
 * that owes itself to the adjustment having lowered the cost needs the raw contrasts to pass too, and a FAIL
 * that owes itself to its having raised it needs them to fail too. Never wrong more often than the adjusted
 * ones alone would be.
 */
enum verdict verdict_of_both(const double *raw, const double *adjusted, unsigned n,
                             const struct look_plan *plan, unsigned look, unsigned m, double delta,
                             struct interval *shown);

/*
 * Takes a metric one look further, `now` being the verdict of that look. A verdict, once reached, stands. At
 * the last look, the plan's or because time has run out (`last`), what is still open becomes inconclusive.
 */
void verdict_advance(struct verdict_state *state, enum verdict now, unsigned look, bool last);

/* "pass", "fail", "inconclusive", "measured", "open". */
const char *verdict_name(enum verdict verdict);

/*
 * Limit of a relative budget on the log scale: log(1 + limit), or -log(1 - limit) where higher is better
 * (losing 100 % or more is no limit: INFINITY).
 */
double budget_delta(double limit, bool higher_is_better);

/* The emergency stop takes no part in budgets of this factor or more. */
#define EMERGENCY_FACTOR 5.0

/*
 * Outside the error guarantee: in both first quads, every B at least five times worse than every A of the
 * same quad. Log values, [quad][block], oriented like the contrasts; a NaN is never an emergency.
 */
bool emergency_stop(const double a[2][2], const double b[2][2]);
