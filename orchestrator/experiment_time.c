/* SPDX-License-Identifier: GPL-2.0 */
/* Lengths of windows and quads, from the times a rehearsed attachment took (docs/method.md, section 1). */
#include "base/clock.h"
#include "orchestrator/experiment_internal.h"
#include "orchestrator/stats/estimate.h"

#define WINDOW_MIN_NS (250 * NS_PER_MS)
#define WINDOW_MAX_NS (4 * NS_PER_SECOND)
#define SETTLE_MIN_NS (100 * NS_PER_MS)
#define SETTLE_MAX_NS (5 * NS_PER_SECOND)

#define STEADY_SHARE_MAX 0.25 /* of --max-time, for the long attachment */

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
    return value < low ? low : value > high ? high : value;
}

uint64_t experiment_window_ns(const struct experiment_plan *plan, uint64_t attach_ns, uint64_t detach_ns)
{
    uint64_t window_ns = plan->window_ns;

    /* As long as the switching around it: then neither waiting nor measuring dominates the run. */
    if (!window_ns)
        window_ns = clamp(attach_ns + detach_ns, WINDOW_MIN_NS, WINDOW_MAX_NS);
    return window_ns > plan->min_window_ns ? window_ns : plan->min_window_ns;
}

uint64_t experiment_settle_ns(const struct experiment_plan *plan, uint64_t attach_ns)
{
    return plan->settle_ns ? plan->settle_ns : clamp(attach_ns, SETTLE_MIN_NS, SETTLE_MAX_NS);
}

unsigned experiment_windows_per_quad(const struct experiment_plan *plan)
{
    return plan->targets > 1 ? 6 : 4;
}

uint64_t experiment_rested_ns(const struct experiment_plan *plan, uint64_t on_ns, uint64_t all_ns)
{
    uint64_t shared_ns = plan->on_share > 0 ? (uint64_t)((double)on_ns / plan->on_share) : 0;

    return shared_ns > all_ns ? shared_ns : all_ns;
}

uint64_t experiment_quad_ns(const struct experiment_plan *plan, uint64_t attach_ns, uint64_t detach_ns)
{
    unsigned windows = experiment_windows_per_quad(plan);
    uint64_t window_ns = experiment_window_ns(plan, attach_ns, detach_ns) + plan->window_overhead_ns,
             settle_ns = experiment_settle_ns(plan, attach_ns), switching_ns = attach_ns + detach_ns;
    uint64_t quad_ns, on_ns;

    /* A B B A switches on and off once, B A A B twice; with two targets it is three or four times. All blocks
     * settle but the second of the two alike in the middle. */
    switching_ns = plan->targets > 1 ? switching_ns * 11 / 3 : switching_ns * 3 / 2;
    quad_ns = windows * window_ns + settle_ns * (windows - 1) + plan->warm_up_ns + switching_ns;
    on_ns = windows / 2 * window_ns + settle_ns * 3 / 2 + switching_ns;
    return experiment_rested_ns(plan, on_ns, quad_ns);
}

uint64_t experiment_steady_ns(const struct experiment_plan *plan)
{
    bool too_long =
        plan->max_time_ns && (double)plan->steady_ns > STEADY_SHARE_MAX * (double)plan->max_time_ns;

    return too_long ? 0 : plan->steady_ns;
}

uint64_t experiment_after_ns(const struct experiment_plan *plan, uint64_t attach_ns, uint64_t detach_ns)
{
    uint64_t held_ns = experiment_steady_ns(plan), switching_ns = attach_ns + detach_ns,
             window_ns = experiment_window_ns(plan, attach_ns, detach_ns),
             settle_ns = experiment_settle_ns(plan, attach_ns);
    uint64_t steady_ns = held_ns ? held_ns + switching_ns : 0,
             off_ns = held_ns ? EXPERIMENT_STEADY_A_WINDOWS * 2 * window_ns + 2 * settle_ns : 0,
             counted_ns = plan->statistics ? plan->targets * (EXPERIMENT_STATISTICS_NS + switching_ns) : 0;

    return experiment_rested_ns(plan, steady_ns + counted_ns, steady_ns + counted_ns + off_ns);
}

unsigned experiment_quads_in(const struct experiment_plan *plan, uint64_t left_ns, uint64_t quad_ns)
{
    uint64_t fitting = left_ns / quad_ns;

    if (left_ns == UINT64_MAX || (plan->max_quads && fitting >= plan->max_quads))
        return plan->max_quads;
    return fitting > ESTIMATE_MAX ? ESTIMATE_MAX : fitting ? (unsigned)fitting : 1;
}
