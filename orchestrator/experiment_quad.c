/* SPDX-License-Identifier: GPL-2.0 */
/* One block and one quad of the experiment. */
#include "orchestrator/experiment_internal.h"
#include "orchestrator/shortfall.h"

#include "base/i18n.h"
#include "base/cleanup.h"

#include <errno.h>
#include <string.h>

int experiment_switch(struct experiment *e, char arm)
{
    int result = 0;

    if (e->arm == arm)
        return 0;
    if (e->arm != 'A')
        result = e->ops->target_off(e->machine, e->error);
    if (result)
        return result;
    /* "On" from here: a failed target_on may have left something to switch off. */
    e->arm = arm;
    if (arm != 'A')
        result = e->ops->target_on(e->machine, arm, e->error);
    if (result)
        return result;
    e->switched_ns = e->ops->now_ns(e->machine);
    return 0;
}

/* In B, what happens to the load is a result; in A it means that there is nothing to compare with. */
static bool invalidates(const struct window_result *window, char arm)
{
    return (window->problems & PROBLEM_MACHINE) || window->problems & PROBLEM_DIED ||
           ((window->problems & PROBLEM_LOAD) && arm == 'A');
}

static void note_invalid(struct experiment *e, struct block *block, const struct window_result *window)
{
    snprintf(block->invalid, sizeof(block->invalid), "%s", window->problem_text);
    memcpy(e->last_invalid, block->invalid, sizeof(e->last_invalid));
    if ((window->problems & PROBLEM_DIED) && block->phase == PHASE_QUAD)
        *(block->arm == 'A' ? &e->died_off : block->arm == 'B' ? &e->died_on : &e->died_second) += 1;
}

/* Its sentence is kept, and is no cause of what may fail later. */
static void note_death(struct experiment *e, struct window_result *window)
{
    window->problems |= PROBLEM_DIED;
    snprintf(window->problem_text, sizeof(window->problem_text), N_("the workload died"));
    if (!e->error)
        return;
    if (e->plan->redact)
        e->plan->redact(e->plan->redaction, e->error);
    snprintf(e->last_death, sizeof(e->last_death), "%.*s", (int)sizeof(e->last_death) - 1, e->error->message);
    e->error->message[0] = '\0';
}

static int measure(struct experiment *e, struct block *block, bool *invalid)
{
    struct window_result window = {0};
    uint64_t now_ns = e->ops->now_ns(e->machine);
    int result;

    block->start_ns = now_ns - e->started_ns;
    block->age_ns = now_ns - e->switched_ns;
    result = e->ops->window(e->machine, e->window_ns, block, &window, e->error);
    if (result == -EPIPE) {
        note_death(e, &window);
        result = 0;
    }
    if (result)
        return result;
    /* A target that died in its window is the run's end and not a result. */
    if (block->arm != 'A')
        result = e->ops->target_alive(e->machine, e->error);
    if (result)
        return result;
    /* With something else at fault as well, it may be that one's doing. */
    if (window.problems == PROBLEM_LOAD && (result = values_set(&block->values, SHORTFALL_VALUE, 1)))
        return error_set(e->error, EXIT_ENVIRONMENT, result, "out of memory");
    *invalid = invalidates(&window, block->arm);
    if (*invalid)
        note_invalid(e, block, &window);
    return 0;
}

int experiment_block(struct experiment *e, struct block *block, bool *invalid)
{
    /* A block that follows its own arm has nothing to settle from. The first one of a quad settles whichever
     * arm it has: a load that is still warming up must not be the burden of one arm alone. */
    bool settling = e->arm != block->arm || (block->phase == PHASE_QUAD && block->position == 0);
    int result = experiment_switch(e, block->arm);

    *invalid = false;
    if (result == 0 && settling)
        result = e->ops->wait(e->machine, e->settle_ns);
    if (result == 0)
        result = measure(e, block, invalid);
    if (result) {
        block_free(block);
        return result;
    }
    return trial_written(trial_add_block(e->trial, block), e->error);
}

int experiment_quiesce(struct experiment *e, int result)
{
    struct error second = {0};
    int off = 0;

    if (e->arm != 'A')
        off = e->ops->target_off(e->machine, &second);
    e->arm = 'A';
    e->ops->load_stop(e->machine);
    /* Also after a signal, which would be told as a clean end with the target off. */
    return error_join(e->error, result, &second, off);
}

/*
 * Whatever drifts along a line within a quad weighs alike on all arms, since each order reads the same
 * backwards. With two targets, leaving out either of the three arms leaves a quad of the other two.
 */
static const char *draw_order(struct random *random, unsigned targets)
{
    static const char *const orders[] = {"ABCCBA", "ACBBCA", "BACCAB", "BCAACB", "CABBAC", "CBAABC"};
    const unsigned count = ARRAY_SIZE(orders);

    if (targets > 1)
        return orders[(unsigned)(random_uniform(random) * count)];
    return random_coin(random) ? "ABBA" : "BAAB";
}

int experiment_quad(struct experiment *e)
{
    const char *order = draw_order(&e->random, e->plan->targets);
    bool invalid = false;
    int result = e->ops->load_start(e->machine, e->error);

    e->switched_ns = e->ops->now_ns(e->machine);
    for (unsigned position = 0; result == 0 && !invalid && order[position]; position++) {
        struct block block = {
            .phase = PHASE_QUAD, .quad = e->quads_started, .position = position, .arm = order[position]};

        experiment_report(e, "measuring", order[position]);
        result = experiment_block(e, &block, &invalid);
    }
    result = experiment_quiesce(e, result);
    e->quads_started++;
    if (invalid)
        e->quads_repeated++;
    else if (result == 0)
        e->quads_valid++;
    return result;
}
