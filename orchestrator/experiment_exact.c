/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The experiment where the clock counts instructions (docs/method.md, section 10): one quad with one
 * attachment, which the statistics phase shares, since attaching may take longer than all the rest there.
 */
#include "orchestrator/experiment_internal.h"

#include <errno.h>

static int measure(struct experiment *e, char arm, unsigned position)
{
    struct block block = {.phase = PHASE_QUAD, .position = position, .arm = arm};
    bool invalid = false;
    int result;

    experiment_report(e, "measuring", arm);
    result = experiment_block(e, &block, &invalid);
    if (result == 0 && invalid)
        return error_set(e->error, EXIT_UNTRUSTWORTHY, -EIO, "the only quad is not valid: %s",
                         e->last_invalid);
    return result;
}

static int count_runs(struct experiment *e)
{
    int result = e->plan->statistics ? experiment_count_runs(e) : 0;

    e->ops->load_stop(e->machine); /* as the statistics leave it, or not */
    return result ? result : e->ops->load_start(e->machine, e->error);
}

static int run_quad(struct experiment *e)
{
    static const char order[] = "ABBA";
    int result = e->ops->load_start(e->machine, e->error);

    for (unsigned position = 0; result == 0 && position < 4; position++) {
        result = measure(e, order[position], position);
        if (result == 0 && position == 2)
            result = count_runs(e);
    }
    result = experiment_quiesce(e, result);
    e->quads_started = 1;
    e->quads_valid = result == 0;
    return result;
}

/* A window without the target first: does this load give what budgets need, and does it run at all? */
static int rehearse(struct experiment *e)
{
    struct window_result window = {0};
    int result;

    e->first = (struct block){.phase = PHASE_QUAD, .arm = 'A'};
    e->window_ns = experiment_window_ns(e->plan, 0, 0);
    e->settle_ns = experiment_settle_ns(e->plan, 0);
    result = e->ops->load_start(e->machine, e->error);
    if (result == 0)
        result = e->ops->window(e->machine, e->window_ns, &e->first, &window, e->error);
    if (result == -EPIPE)
        result = error_prefix(e->error, -EPIPE, "the workload died before the target was ever on");
    result = experiment_quiesce(e, result);
    return result == 0 && e->plan->rehearsed
               ? e->plan->rehearsed(e->plan->context, &e->first, e->window_ns, e->error)
               : result;
}

int experiment_exact(struct experiment *e, struct judgement *end)
{
    int result = rehearse(e);

    if (result == 0)
        result = experiment_begin_trial(e);
    if (result == 0)
        result = run_quad(e);
    e->quads_done = true;
    *end = (struct judgement){.stop = true, .reason = "last_look"};
    return result;
}
