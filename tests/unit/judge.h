/* SPDX-License-Identifier: GPL-2.0 */
/* A simulated run judged look by look, as a run is: raw contrasts, or adjusted ones with what doubt asks for.
 */
#pragma once

#include "orchestrator/stats/adjust.h"
#include "orchestrator/stats/verdict.h"

enum method { RAW, ADJUSTED, METHODS };

/* One metric's way through the looks of a run, by one method. */
struct tally {
    struct verdict_state state;
    struct interval shown;
    unsigned pass, fail, covered; /* for who counts over many runs */
};

/* Takes it one look further, for one of m budgets at `delta`. */
static inline void judge_by(struct tally *tally, const struct adjust_output *output, enum method method,
                            const struct look_plan *plan, unsigned look, unsigned m, double delta)
{
    unsigned n = plan->quads[look];
    enum verdict now;

    if (tally->state.verdict != VERDICT_OPEN)
        return;
    if (method == RAW)
        now = verdict_at_look(output->raw, n, plan, look, m, delta, &tally->shown);
    else if (output->doubtful)
        now = verdict_of_both(output->raw, output->adjusted, n, plan, look, m, delta, &tally->shown);
    else
        now = verdict_at_look(output->adjusted, n, plan, look, m, delta, &tally->shown);
    verdict_advance(&tally->state, now, look, look + 1 == plan->count);
}
