/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/verdict.h"

#include <math.h>

/* `shown` has the wider interval of m budgets; the bound of the mean lies above the mean, the cheapest check.
 */
static bool passes(const double *worse, unsigned n, double level, unsigned m, double delta,
                   struct interval alone)
{
    if (!(sample_mean(worse, n) < delta))
        return false;
    if (m > 1 && hodges_lehmann(worse, n, signed_rank_k(n, level), &alone) < 0)
        return false;
    return alone.high < delta && mean_upper_t(worse, n, MEAN_GUARD_LEVEL) < delta;
}

enum verdict verdict_at_look(const double *worse, unsigned n, const struct look_plan *plan, unsigned look,
                             unsigned m, double delta, struct interval *shown)
{
    double level;

    *shown = interval_unknown();
    if (look >= plan->count)
        return isnan(delta) ? VERDICT_MEASURED : VERDICT_OPEN;
    level = plan->levels[look];
    if (hodges_lehmann(worse, n, signed_rank_k(n, look_level(plan, look, m)), shown) < 0)
        *shown = interval_unknown();
    if (isnan(delta))
        return VERDICT_MEASURED;
    if (n < plan->quads[0])
        return VERDICT_OPEN;
    if (shown->low > delta)
        return VERDICT_FAIL;
    return passes(worse, n, level, m, delta, *shown) ? VERDICT_PASS : VERDICT_OPEN;
}

enum verdict verdict_of_rest(const double *worse, unsigned n, const struct look_plan *plan, unsigned look,
                             unsigned m, double delta)
{
    struct interval shared;

    if (hodges_lehmann(worse, n, signed_rank_k(n, look_level(plan, look, m)), &shared) == 0 &&
        shared.low > delta)
        return VERDICT_FAIL;
    /* m = 2: the interval at the full level is another one. */
    return passes(worse, n, plan->levels[look], 2, delta, shared) ? VERDICT_PASS : VERDICT_OPEN;
}

enum verdict verdict_of_both(const double *raw, const double *adjusted, unsigned n,
                             const struct look_plan *plan, unsigned look, unsigned m, double delta,
                             struct interval *shown)
{
    struct interval other;
    enum verdict verdict = verdict_at_look(adjusted, n, plan, look, m, delta, shown);
    enum verdict of_raw = verdict_at_look(raw, n, plan, look, m, delta, &other);
    bool lowered = shown->estimate < other.estimate;

    if (isnan(other.estimate) || isnan(shown->estimate)) {
        *shown = interval_unknown();
        return isnan(delta) ? VERDICT_MEASURED : VERDICT_OPEN;
    }
    if (lowered)
        shown->high = fmax(shown->high, other.high);
    else
        shown->low = fmin(shown->low, other.low);
    if (verdict == (lowered ? VERDICT_PASS : VERDICT_FAIL) && of_raw != verdict)
        return VERDICT_OPEN;
    return verdict;
}

void verdict_advance(struct verdict_state *state, enum verdict now, unsigned look, bool last)
{
    if (state->verdict != VERDICT_OPEN)
        return;
    state->look = look;
    state->verdict = now == VERDICT_OPEN && last ? VERDICT_INCONCLUSIVE : now;
}

const char *verdict_name(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_MEASURED:
        return "measured";
    case VERDICT_PASS:
        return "pass";
    case VERDICT_FAIL:
        return "fail";
    case VERDICT_INCONCLUSIVE:
        return "inconclusive";
    case VERDICT_OPEN:
        return "open";
    }
    return "unknown";
}

double budget_delta(double limit, bool higher_is_better)
{
    if (!higher_is_better)
        return log1p(limit);
    return limit < 1 ? -log1p(-limit) : INFINITY;
}

bool emergency_stop(const double a[2][2], const double b[2][2])
{
    const double far = log(EMERGENCY_FACTOR);

    for (unsigned quad = 0; quad < 2; quad++)
        for (unsigned i = 0; i < 2; i++)
            for (unsigned j = 0; j < 2; j++)
                if (!(b[quad][i] - a[quad][j] >= far))
                    return false;
    return true;
}
