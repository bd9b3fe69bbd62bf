/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/waking.h"
#include "orchestrator/advice/events.h"
#include "orchestrator/breakdown/sums.h"
#include "orchestrator/breakdown/unit_rows.h"
#include "reports/document.h"

#include <math.h>

/* A row of `micro`, per wake-up. */
struct pace {
    double cycle_ns;
    struct waking waking;
};

static struct pace pace_of(const json_t *rows, const char *event, const char *variant, struct interval alone)
{
    const struct unit_row wanted = {event, variant};
    const json_t *row = unit_row_find(rows, &wanted);
    struct interval woken = sums_of_row(row);
    double wakeups = document_number(row, "detail.wakeups_per_event");

    return (struct pace){
        document_number(row, "detail.wakeup_cycle_ns"),
        {sums_times((struct interval){woken.estimate - alone.estimate, woken.low - alone.high,
                                      woken.high - alone.low},
                    1 / wakeups),
         document_number(row, "detail.idle_change_per_wakeup_ns")},
    };
}

/* Between two paces by the logarithm of time: 0 at the first or before it, 1 at the second or beyond. */
static struct waking between(const struct pace *a, const struct pace *b, double cycle_ns)
{
    double place = log(cycle_ns / a->cycle_ns) / log(b->cycle_ns / a->cycle_ns);

    place = isnan(place) ? 1 : fmin(1, fmax(0, place));
    return (struct waking){
        sums_between(a->waking.telling, b->waking.telling, place),
        sums_between(sums_exact(a->waking.change_ns), sums_exact(b->waking.change_ns), place).estimate,
    };
}

struct waking waking_of(const json_t *rows, const char *event, struct interval alone, double cycle_ns)
{
    struct pace often = pace_of(rows, event, EVENTS_RESTED_1US, alone),
                now_and_then = pace_of(rows, event, EVENTS_RESTED_5US, alone),
                seldom = pace_of(rows, event, EVENTS_RESTED_50US, alone);

    return cycle_ns < now_and_then.cycle_ns ? between(&often, &now_and_then, cycle_ns)
                                            : between(&now_and_then, &seldom, cycle_ns);
}
