/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The long attachment: does the cost change with the age of an attachment (maps fill, eviction begins)? A
 * windows stand before and after it, because "later" alone also means "the machine has drifted".
 */
#include "orchestrator/experiment_internal.h"

static int windows(struct experiment *e, char arm, uint64_t until_ns, unsigned *bin, bool *invalid)
{
    unsigned count = 0;
    int result = 0;

    while (result == 0 && !*invalid &&
           (until_ns ? count == 0 || e->ops->now_ns(e->machine) < until_ns
                     : count < EXPERIMENT_STEADY_A_WINDOWS)) {
        struct block block = {.phase = PHASE_STEADY, .quad = 0, .position = (*bin)++, .arm = arm};

        experiment_report(e, "long attachment", arm);
        result = experiment_block(e, &block, invalid);
        count++;
    }
    return result;
}

/* Its time begins when the target is on and has settled. */
static int long_windows(struct experiment *e, unsigned *bin, bool *invalid)
{
    int result = experiment_switch(e, 'B');

    if (result == 0)
        result = e->ops->wait(e->machine, e->settle_ns);
    if (result == 0)
        result = windows(e, 'B', e->ops->now_ns(e->machine) + e->steady_ns, bin, invalid);
    return result;
}

/* A window that is lost ends it: what is there can't be judged, and the report says so. */
int experiment_long_attachment(struct experiment *e)
{
    bool invalid = false;
    unsigned bin = 0;
    int result = e->ops->load_start(e->machine, e->error);

    e->switched_ns = e->ops->now_ns(e->machine);
    if (result == 0)
        result = windows(e, 'A', 0, &bin, &invalid);
    if (result == 0 && !invalid)
        result = long_windows(e, &bin, &invalid);
    if (result == 0 && !invalid)
        result = windows(e, 'A', 0, &bin, &invalid);
    return experiment_quiesce(e, result);
}
