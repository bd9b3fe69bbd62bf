/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/advice/calls.h"
#include "orchestrator/breakdown/prices.h"
#include "orchestrator/breakdown/program_cost.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One kind of call, or the instructions: how often in a run, and for how much. */
struct item {
    double fewest, most; /* most NaN: as often as one likes */
    double low, high;    /* prices */
    double width;        /* half width of the low one's interval, as a share of it */
    bool event;
};

struct ledger {
    struct item calls[CALLS_MAX], instructions;
    unsigned count;
    double body; /* of a run, measured; NaN: not known */
};

static const struct {
    const char *function, *row;
} events[] = {
    {"bpf_perf_event_output", "perf_event_output"},
    {"bpf_ringbuf_output", "ringbuf_output"},
    {"bpf_ringbuf_reserve", "ringbuf_reserve_submit"},
};

bool calls_is(const char *name, const char *function)
{
    size_t length = strlen(function);

    return strncmp(name, function, length) == 0 && (name[length] == '\0' || name[length] == '_');
}

const char *calls_event_row(const char *function)
{
    for (size_t i = 0; i < ARRAY_SIZE(events); i++)
        if (calls_is(function, events[i].function))
            return events[i].row;
    return NULL;
}

static double row_number(const json_t *rows, const struct unit_row *row, const char *name)
{
    return row->name ? document_number(unit_row_find(rows, row), name) : 0;
}

/* NaN prices where it has none. */
static struct item priced(const json_t *range, const struct price *price, const json_t *rows)
{
    struct item item = {document_number(range, "fewest"), document_number(range, "most"), NAN, NAN, 0, false};

    if (!price)
        return item;
    item.low = row_number(rows, &price->low, "estimate");
    item.high = fmax(item.low, row_number(rows, &price->high, "estimate"));
    if (item.low > 0)
        item.width =
            (row_number(rows, &price->low, "high") - row_number(rows, &price->low, "low")) / (2 * item.low);
    return item;
}

static void fill(struct ledger *ledger, const json_t *code, const json_t *rows)
{
    ledger->count = (unsigned)fmin((double)document_count(code, "calls"), CALLS_MAX);
    ledger->instructions = priced(document_at(code, "instructions"), &price_of_instruction, rows);
    if (isnan(ledger->instructions.most)) /* a loop's: they are in the price of what it calls */
        ledger->instructions.most = ledger->instructions.fewest;
    for (unsigned i = 0; i < ledger->count; i++) {
        const json_t *call = document_item(code, "calls", i);
        const char *function = document_text(call, "name");

        ledger->calls[i] = priced(call, price_of(function), rows);
        ledger->calls[i].event = calls_event_row(function) != NULL;
    }
}

/* At the cheapest prices: the fewest of everything; the most, without those that nothing bounds. */
static double cheapest(const struct ledger *ledger, bool most)
{
    double sum = ledger->instructions.low * (most ? ledger->instructions.most : ledger->instructions.fewest);

    for (unsigned i = 0; i < ledger->count; i++) {
        const struct item *call = &ledger->calls[i];

        sum += call->low * (!most ? call->fewest : isnan(call->most) ? 0 : call->most);
    }
    return sum;
}

static unsigned unbounded(const struct ledger *ledger, unsigned *which)
{
    unsigned found = 0;

    for (unsigned i = 0; i < ledger->count; i++) {
        if (!isnan(ledger->calls[i].most))
            continue;
        *which = i;
        found++;
    }
    return found;
}

/* Everything as often as it can be, at its price. */
static void spend_most(const struct ledger *ledger, struct call_use *uses)
{
    for (unsigned i = 0; i < ledger->count; i++) {
        double most = isnan(ledger->calls[i].most) ? 0 : ledger->calls[i].most;

        uses[i].count.estimate = most;
        uses[i].time.estimate = most * ledger->calls[i].low;
    }
}

static void spend_share(const struct ledger *ledger, double share, struct call_use *uses)
{
    for (unsigned i = 0; i < ledger->count; i++) {
        const struct item *call = &ledger->calls[i];

        uses[i].count.estimate = call->fewest + share * (call->most - call->fewest);
        uses[i].time.estimate = uses[i].count.estimate * call->low;
    }
}

/* Less time than the fewest would take at their cheapest: they are cheaper here than in `micro`. */
static void spend_less(const struct ledger *ledger, double share, struct call_use *uses)
{
    spend_share(ledger, 0, uses);
    for (unsigned i = 0; i < ledger->count; i++)
        uses[i].time.estimate *= fmax(0, share);
}

/* More time than the cheapest prices explain. */
static void spend_surplus(const struct ledger *ledger, double surplus, struct call_use *uses)
{
    double room = 0, event_count = 0, share, left;

    for (unsigned i = 0; i < ledger->count; i++) {
        room += ledger->calls[i].most * (ledger->calls[i].high - ledger->calls[i].low);
        event_count += ledger->calls[i].event ? ledger->calls[i].most : 0;
    }
    share = room > 0 ? fmin(1, surplus / room) : 0;
    left = surplus - share * room;
    for (unsigned i = 0; i < ledger->count; i++) {
        const struct item *call = &ledger->calls[i];

        uses[i].time.estimate += share * call->most * (call->high - call->low);
        if (call->event && event_count > 0)
            uses[i].time.estimate += left * call->most / event_count;
    }
}

static void spend(const struct ledger *ledger, struct call_use *uses)
{
    double least = cheapest(ledger, false), most = cheapest(ledger, true), left = ledger->body - most;
    unsigned which = 0, open = unbounded(ledger, &which);

    if (ledger->body < least) {
        spend_less(ledger, ledger->body / least, uses);
        return;
    }
    if (open == 0 && left < 0) {
        spend_share(ledger, (ledger->body - least) / (most - least), uses);
        return;
    }
    spend_most(ledger, uses);
    if (open == 0) {
        spend_surplus(ledger, left, uses);
        return;
    }
    uses[which].count.estimate = fmax(ledger->calls[which].fewest, left / ledger->calls[which].low);
    uses[which].time.estimate = uses[which].count.estimate * ledger->calls[which].low;
}

/* The same time may be of fewer calls that are dearer; how well such a call's price is known is how well
 * their time is. */
static void widen(const struct item *item, struct call_use *use)
{
    double fewer = item->high > 0 ? use->time.estimate / item->high : use->count.estimate;

    use->count.low = use->exact ? use->count.estimate : fmin(use->count.estimate, fmax(item->fewest, fewer));
    use->count.high = use->count.estimate;
    use->time.low = use->time.estimate * (1 - item->width);
    use->time.high = use->time.estimate * (1 + item->width);
}

/* Nothing but the paths is known: the middle, from the fewest to the most. */
static void take_middle(const struct item *item, struct call_use *use)
{
    use->count = (struct interval){(item->fewest + item->most) / 2, item->fewest, item->most};
    use->time = (struct interval){NAN, NAN, NAN};
}

static bool can_spend(const struct ledger *ledger)
{
    unsigned which;

    for (unsigned i = 0; i < ledger->count; i++)
        if (isnan(ledger->calls[i].low) || isnan(ledger->calls[i].high))
            return false;
    /* Two loops, or one of something that costs nothing by itself: the time does not tell. */
    return !isnan(ledger->body) && !isnan(ledger->instructions.low) &&
           (unbounded(ledger, &which) == 0 ||
            (unbounded(ledger, &which) == 1 && ledger->calls[which].low > 0));
}

static struct interval scaled(struct interval each, double times)
{
    return (struct interval){each.estimate * times, each.low * times, each.high * times};
}

unsigned calls_of(const json_t *document, unsigned index, const json_t *rows, struct call_use uses[CALLS_MAX])
{
    const json_t *program = document_item(document, "target.programs", index),
                 *split = document_item(document, "breakdown.programs", index);
    double runs = program_bodied_runs(program); /* all that have a part in the breakdown's body */
    struct ledger ledger = {.body = document_number(split, "body") / runs};
    bool measured;

    memset(uses, 0, CALLS_MAX * sizeof(*uses));
    if (!(runs > 0))
        return 0;
    fill(&ledger, document_at(program, "code"), rows);
    measured = can_spend(&ledger);
    if (measured)
        spend(&ledger, uses);
    for (unsigned i = 0; i < ledger.count; i++) {
        uses[i].measured = measured;
        uses[i].exact = ledger.calls[i].fewest == ledger.calls[i].most;
        if (measured)
            widen(&ledger.calls[i], &uses[i]);
        else
            take_middle(&ledger.calls[i], &uses[i]);
        uses[i].count = scaled(uses[i].count, runs);
        uses[i].time = scaled(uses[i].time, runs);
    }
    return ledger.count;
}
