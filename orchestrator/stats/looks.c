/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/looks.h"

#include "base/cleanup.h"
#include "orchestrator/stats/signed_rank.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/*
 * Of the later looks' levels, where m budgets share them: so that all looks err in 2.5 % of the runs and not
 * in 2.6 %. The first look has too few quads for a little less: it would lose its verdict.
 */
#define SHARED_LATER 0.91

static const struct look_plan plans[] = {
    [LOOKS_DEFAULT] = {4, {10, 16, 24, 32}, {.0040, .0060, .0105, .0155}},
    [LOOKS_LONG] = {5, {10, 20, 40, 80, 128}, {.0030, .0042, .0061, .0080, .01105}},
    [LOOKS_EXACT] = {0},
};
static const char *const names[] = {
    [LOOKS_DEFAULT] = "default", [LOOKS_LONG] = "long", [LOOKS_EXACT] = "exact"};

const char *look_kind_name(enum look_kind kind)
{
    return names[kind];
}

int look_kind_find(const char *name, enum look_kind *kind)
{
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (strcmp(names[i], name) == 0) {
            *kind = (enum look_kind)i;
            return 0;
        }
    return -EINVAL;
}

int look_plan_make(struct look_plan *plan, enum look_kind kind, unsigned max_quads)
{
    const struct look_plan *full;

    if ((unsigned)kind >= ARRAY_SIZE(plans))
        return -EINVAL;
    full = &plans[kind];
    *plan = (struct look_plan){0};
    for (unsigned i = 0; i < full->count; i++) {
        if (max_quads && full->quads[i] > max_quads)
            break;
        plan->quads[i] = full->quads[i];
        plan->levels[i] = full->levels[i];
        plan->count++;
    }
    return 0;
}

double attempt_share(unsigned attempt)
{
    return ldexp(1, attempt > 1 ? 1 - (int)attempt : 0);
}

void look_plan_spend(struct look_plan *plan, unsigned attempt)
{
    for (unsigned i = 0; i < plan->count; i++)
        plan->levels[i] *= attempt_share(attempt);
}

double look_level(const struct look_plan *plan, unsigned look, unsigned m)
{
    if (look >= plan->count)
        return LOOKS_UNPLANNED_LEVEL;
    if (m <= 1)
        return plan->levels[look];
    return (look > 0 ? SHARED_LATER : 1) * plan->levels[look] / m;
}

int look_k(const struct look_plan *plan, unsigned look, unsigned m)
{
    if (look >= plan->count)
        return -1;
    return signed_rank_k(plan->quads[look], look_level(plan, look, m));
}

unsigned looks_reached(const struct look_plan *plan, unsigned quads)
{
    unsigned count = 0;

    while (count < plan->count && plan->quads[count] <= quads)
        count++;
    return count;
}
