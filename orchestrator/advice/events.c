/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/advice/events.h"
#include "orchestrator/advice/calls.h"
#include "orchestrator/breakdown/sums.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <math.h>
#include <string.h>

#define WOKEN               "64 B, consumer woken for every event"
#define SWITCHES_PER_WAKEUP 2 /* to the reader and back, or from idle and back */
/* Of its events: a row whose reader slept less often says little of what waking it costs. */
#define ROW_WAKES_MIN 0.5

unsigned events_rows(const char *function, struct unit_row rows[EVENTS_ROWS])
{
    static const char *const variants[] = {"64 bytes",         "1024 bytes",      WOKEN,
                                           EVENTS_WOKEN_100TH, EVENTS_RESTED_1US, EVENTS_RESTED_5US,
                                           EVENTS_RESTED_50US};
    const char *name = calls_event_row(function);
    unsigned count = 0;

    if (!name)
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(variants); i++)
        rows[count++] = (struct unit_row){name, variants[i]};
    /* What may be done in its place. */
    rows[count++] = (struct unit_row){"percpu_hash_update", ""};
    if (strcmp(name, "perf_event_output") == 0) {
        rows[count++] = (struct unit_row){"ringbuf_output", EVENTS_RESTED_1US};
        rows[count++] = (struct unit_row){"ringbuf_output", EVENTS_RESTED_5US};
        rows[count++] = (struct unit_row){"ringbuf_output", EVENTS_RESTED_50US};
    }
    return count;
}

/* Of all programs. */
struct calls_sum {
    double count, count_low, largest;
    double alone; /* what they would take if they woke nobody */
    struct interval time;
};

/* Where the program's time does not tell: as many as its paths allow, none of which wakes anybody. */
static struct call_use use_or_paths(const struct advisor *advisor, const struct call_use *use,
                                    const struct unit_row *alone)
{
    struct call_use taken = *use;
    struct interval row = advisor_row(advisor, alone);

    if (use->measured)
        return taken;
    taken.count.estimate = use->count.high;
    taken.time = (struct interval){use->count.high * row.estimate, use->count.high * row.low,
                                   use->count.high * row.high};
    return taken;
}

static void add_call(const struct advisor *advisor, const struct call_use *measured, const char *row,
                     const char *program, struct calls_sum *sum, struct events *events)
{
    const struct unit_row alone = {row, "64 bytes"};
    struct call_use use = use_or_paths(advisor, measured, &alone);

    if (!(use.count.estimate > 0) || isnan(use.time.estimate))
        return;
    sum->count += use.count.estimate;
    sum->count_low += use.count.low;
    sum->alone += use.count.estimate * advisor_row(advisor, &alone).estimate;
    sum->time.estimate += use.time.estimate;
    sum->time.low += use.time.low;
    sum->time.high += use.time.high;
    if (use.count.estimate > sum->largest) {
        sum->largest = use.count.estimate;
        events->row = row;
        events->program = program;
    }
}

static void add_program(const struct advisor *advisor, unsigned index, struct calls_sum *sum,
                        struct events *events)
{
    const json_t *program = document_item(advisor->target, "programs", index);
    struct call_use uses[CALLS_MAX];
    unsigned count = calls_of(advisor->document, index, advisor->rows, uses);

    for (unsigned i = 0; i < count; i++) {
        const char *row = calls_event_row(document_text(document_item(program, "code.calls", i), "name"));

        if (row)
            add_call(advisor, &uses[i], row, document_text(program, "name"), sum, events);
    }
}

/* Per operation; 0 where the load's own switches hide them. */
static double measured_wakeups(const struct advisor *advisor, double events)
{
    const json_t *switches = document_metric(advisor->document, "context_switches");
    struct interval added = sums_of_row(document_at(switches, "absolute"));

    if (!(added.estimate > 0) || added.low <= 0) /* NaN in exact mode */
        return 0;
    return fmin(events, added.estimate / SWITCHES_PER_WAKEUP);
}

/* What waking the reader costs both sides by `micro`, for such events; NaN where it was not woken each time,
 * or has the producer's CPU. */
static double row_per_wake(const struct advisor *advisor, const char *name)
{
    const struct unit_row woken = {name, WOKEN}, seldom = {name, EVENTS_WOKEN_100TH};
    double wakes = advisor_row_detail(advisor, &woken, "wakeups_per_event");

    /* One CPU for both, which the row hands over by itself: its load is never interrupted, as others are. */
    if (!(wakes >= ROW_WAKES_MIN) || !isnan(advisor_row_detail(advisor, &woken, "change_per_wakeup_ns")))
        return NAN;
    return (advisor_row_detail(advisor, &woken, "total_cpu_ns") -
            advisor_row_detail(advisor, &seldom, "total_cpu_ns")) /
           wakes;
}

/* Of an event that wakes nobody, both sides. */
static double row_each(const struct advisor *advisor, const char *name, double alone)
{
    const struct unit_row seldom = {name, EVENTS_WOKEN_100TH};
    double reader =
        advisor_row_detail(advisor, &seldom, "total_cpu_ns") - advisor_row(advisor, &seldom).estimate;

    return alone + (reader > 0 ? reader : 0);
}

static void split(const struct advisor *advisor, double alone, struct events *events)
{
    double each = row_each(advisor, events->row, alone / events->count), limit, excess;

    /* Without a row nothing tells an event from its wake-up: all of it is each event's. */
    excess = isnan(each) ? 0 : fmax(0, events->spent.estimate - events->count * each);
    events->wakeups = excess > 0 ? measured_wakeups(advisor, events->count) : 0;
    limit = row_per_wake(advisor, events->row);
    events->per_wake = events->wakeups > 0 ? excess / events->wakeups : 0;
    if (limit > 0 && events->per_wake > limit)
        events->per_wake = limit;
    events->each = (events->spent.estimate - events->wakeups * events->per_wake) / events->count;
    events->count_low = fmin(events->count, fmax(events->count_low, events->wakeups));
}

/* The ring buffers' own count, where there is one: nothing to be guessed. */
static void use_count(const struct advisor *advisor, struct calls_sum *sum)
{
    double counted = document_number(advisor->document, "losses.events_per_op.handed_over");

    if (!(counted > 0) || !(sum->count > 0))
        return;
    sum->alone *= counted / sum->count;
    sum->count = sum->count_low = counted;
}

bool events_measure(const struct advisor *advisor, struct events *events)
{
    struct interval user = advisor_consumer(advisor);
    struct calls_sum sum = {0};

    *events = (struct events){.row = "", .program = ""};
    for (unsigned i = 0; i < document_count(advisor->target, "programs"); i++)
        add_program(advisor, i, &sum, events);
    use_count(advisor, &sum);
    if (sum.count > 0) {
        events->count = sum.count;
        events->count_low = sum.count_low;
        events->spent = (struct interval){
            user.estimate + sum.time.estimate,
            user.estimate + sum.time.estimate -
                hypot(user.estimate - user.low, sum.time.estimate - sum.time.low),
            user.estimate + sum.time.estimate +
                hypot(user.high - user.estimate, sum.time.high - sum.time.estimate),
        };
    } else { /* what their programs contain is not known, that they come is */
        events->count = events->count_low = document_number(advisor->document, "losses.events_per_op.most");
        events->spent = user;
        sum.alone = NAN;
    }
    if (!(events->count > 0) || !(events->spent.estimate > 0))
        return false;
    split(advisor, sum.alone, events);
    return true;
}

/* With as few of them as the same time allows, each wakes more often, and there are fewer to lose. */
static double saved_of(const struct events *events, double count, double share, double chances, double more)
{
    double each = (events->spent.estimate - events->wakeups * events->per_wake) / count,
           wakes = fmin(events->wakeups, chances * count / events->count);

    return events->spent.estimate - share * count * (each + more) - wakes * events->per_wake;
}

struct interval events_saved(const struct events *events, double share, double chances, double more)
{
    double middle = saved_of(events, events->count, share, chances, more),
           fewer = saved_of(events, events->count_low, share, chances, more), low = fmin(middle, fewer),
           high = fmax(middle, fewer),
           part = events->spent.estimate > 0 ? middle / events->spent.estimate : 0;

    return (struct interval){middle, low - part * (events->spent.estimate - events->spent.low),
                             high + part * (events->spent.high - events->spent.estimate)};
}
