/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of the events that should have been produced while the load ran arrived. Produced: runs per operation,
 * by the kernel's count, times the events of one run, by the program's instructions; what the kernel did not
 * run because it was in a program already (missed) should have produced as much. Lost: what the target, or
 * the probe, says itself during the windows, whoever caused it; or, if that is more, what did not come into
 * the ring buffers of what the runs cannot but have sent, which a program need not say. So all runs count,
 * too, and those in the pauses, when a target may still work off what the load left behind, are not taken
 * off.
 */
#include "orchestrator/compose_losses.h"
#include "orchestrator/breakdown/program_cost.h"
#include "orchestrator/program_events.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <string.h>

#define ALL_OF_THEM 0.99
/* Events at the edges of the turns that runs are counted in, which one count may have and the other not. */
#define AT_EDGES 100

/* Per operation. */
struct losses {
    struct event_range should; /* events of the runs that there were, and of those that were missed */
    double missed;             /* of the latter, at most */
    double sent;               /* of the former, at least */
    double runs, missed_runs;
    double lost;
    bool misses_unknown; /* the kernel does not count them of every program */
};

static void add_program(struct losses *losses, const json_t *program)
{
    struct event_range events = events_of_run(program);
    double runs = program_bodied_runs(program), share = document_number(program, "missed_share"),
           missed = isnan(share) ? 0 : runs * share / (1 - share);

    losses->runs += runs;
    losses->missed_runs += missed;
    if (runs == 0) /* its events are none of the load's, whatever they are */
        return;
    losses->misses_unknown = losses->misses_unknown || isnan(share);
    losses->should.fewest += (runs + missed) * events.fewest;
    losses->should.most += (runs + missed) * events.most;
    losses->missed += missed * events.most;
    losses->sent += runs * events.fewest;
}

/* Does this program send events past the ring buffers? Where its code, or a call's name, is not known it may.
 */
static bool passes_rings(const json_t *program)
{
    const json_t *call;
    size_t i;

    if (program_runs(program) == 0)
        return false;
    json_array_foreach(document_at(program, "code.calls"), i, call)
    {
        const char *name = document_text(call, "name");

        if (event_may_hide(call) || (event_hands_over(name) && !strstr(name, "ringbuf")))
            return true;
    }
    return !json_is_object(json_object_get(program, "code"));
}

/* Per operation, by the ring buffers' own positions; NaN where there are other ways, or one is not known.
 * `key`: of a map, by their sizes in the mean, or at most. */
static double handed_over(const json_t *target, const char *key)
{
    const json_t *item;
    double sum = NAN;
    size_t i;

    json_array_foreach(json_object_get(target, "programs"), i, item)
    {
        if (passes_rings(item))
            return NAN;
    }
    json_array_foreach(json_object_get(target, "maps"), i, item)
    {
        if (strcmp(document_text(item, "type"), "ringbuf") == 0)
            sum = (isnan(sum) ? 0 : sum) + document_number(item, key);
    }
    return sum;
}

/* Ring buffers in a map of maps are in no list of ours, mostly. */
static bool has_hidden_rings(const json_t *target)
{
    const json_t *map;
    size_t i;

    json_array_foreach(json_object_get(target, "maps"), i, map)
    {
        if (strstr(document_text(map, "type"), "_of_maps"))
            return true;
    }
    return false;
}

/* What was sent for sure and is in no ring buffer found no room; the helper told its program alone. */
static void add_refused(struct losses *losses, const json_t *target)
{
    double most = handed_over(target, "events_most_per_op"), refused = losses->sent - most,
           operations = document_number(target, "statistics.operations");

    if (most < ALL_OF_THEM * losses->sent && refused * operations > AT_EDGES && !has_hidden_rings(target))
        losses->lost = fmax(losses->lost, refused);
}

/* It knows nothing of those that found no room: a lower end alone. Positions and runs are read one after the
 * other, so that the last of them differ.
 */
static void bound(struct losses *losses, double handed)
{
    if (handed >= ALL_OF_THEM * losses->should.most)
        losses->should.fewest = losses->should.most;
    else if (handed > losses->should.fewest)
        losses->should.fewest = handed;
}

static double lost_per_op(const struct trial *trial)
{
    double lost = 0, operations = 0;

    for (size_t i = 0; i < trial->count; i++) {
        const struct block *block = &trial->blocks[i];
        double events = values_or_nan(&block->values, "target.lost_events");

        if (block->arm != 'B' || block->invalid[0] || block->phase == PHASE_STATISTICS || isnan(events))
            continue;
        lost += events;
        operations += values_or_nan(&block->values, "ops");
    }
    return lost / operations;
}

json_t *compose_losses(const struct trial *trial, const json_t *target)
{
    struct losses losses = {.lost = lost_per_op(trial)};
    const json_t *program;
    double gone, handed = handed_over(target, "events_per_op");
    size_t i;

    json_array_foreach(json_object_get(target, "programs"), i, program)
    {
        add_program(&losses, program);
    }
    add_refused(&losses, target);
    bound(&losses, handed);
    /* What is lost of none is no share: it is somebody else's, or of events that nobody saw. */
    gone = losses.should.most > 0 ? (losses.lost + losses.missed) / losses.should.most : NAN;
    return json_pack(
        "{s:o, s:{s:o, s:o, s:o}, s:o, s:o, s:b}", "lost_per_op", jsonio_number(losses.lost), "events_per_op",
        "fewest", jsonio_number(losses.should.fewest), "most", jsonio_number(losses.should.most),
        "handed_over", jsonio_number(handed), "missed_share",
        jsonio_number(losses.misses_unknown ? NAN : losses.missed_runs / (losses.runs + losses.missed_runs)),
        "delivered", jsonio_number(gone >= 0 ? 1 - fmin(gone, 1) : NAN), "at_most",
        losses.misses_unknown || losses.should.fewest < losses.should.most);
}
