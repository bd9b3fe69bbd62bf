/* SPDX-License-Identifier: GPL-2.0 */
/* Buffers between program and reader: too small where events get lost, too large where they never fill. */
#include "base/i18n.h"
#include "orchestrator/advice/events.h"
#include "orchestrator/advice/rules.h"
#include "reports/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LOST_FEW 0.001 /* of all events */
/* No event is taken to be larger, and a burst to be longer than this many times what a wake-up finds. */
#define EVENT_BYTES_MAX 4096
#define BURST           64
/* It has to be this many times too large to be worth a word. */
#define TOO_LARGE 4

/* In events that are not lost any more; how much larger it has to be, nobody knows. */
static void advise_larger(struct advisor *advisor)
{
    double lost = document_number(advisor->document, "losses.lost_per_op"),
           events = document_number(advisor->document, "losses.events_per_op.most");
    char evidence[200];
    struct finding finding = {.rule = "buffer_too_small",
                              .text = N_("a larger buffer, or fewer events: the reader does not keep up"),
                              .since = "3.19",
                              .program = "",
                              .unit = "1/op",
                              .saves = {lost, lost, lost},
                              .evidence = evidence};

    if (!(lost > 0) || lost < LOST_FEW * events)
        return;
    if (isnan(events)) /* any number, or not known */
        snprintf(evidence, sizeof(evidence), N_("%.3g events an operation are lost"), lost);
    else
        snprintf(evidence, sizeof(evidence), N_("%.3g events an operation are lost, of %.3g at most"), lost,
                 events);
    advisor_add(advisor, &finding);
}

static double ring_bytes(const struct advisor *advisor, unsigned *rings)
{
    double sum = 0;

    for (size_t i = 0; i < document_count(advisor->target, "maps"); i++) {
        const json_t *map = document_item(advisor->target, "maps", i);

        if (strcmp(document_text(map, "type"), "ringbuf") != 0)
            continue;
        sum += document_number(map, "max_entries");
        (*rings)++;
    }
    return sum;
}

/* Sizes are powers of two. */
static double rounded_up(double bytes)
{
    return exp2(ceil(log2(bytes)));
}

/* Perf buffers are in no map, and how large they are is not known. */
static void advise_smaller(struct advisor *advisor)
{
    struct events events;
    unsigned rings = 0;
    double bytes = ring_bytes(advisor, &rings), needed;
    char evidence[300];
    struct finding finding = {.rule = "buffer_too_large",
                              .text = N_("a smaller ring buffer: it is never filled"),
                              .since = "5.8",
                              .program = "",
                              .unit = "B",
                              .evidence = evidence};

    if (rings != 1 || document_number(advisor->target, "lost_events") != 0 ||
        !events_measure(advisor, &events) || !(events.wakeups > 0))
        return;
    needed = rounded_up(BURST * EVENT_BYTES_MAX * ceil(events.count / events.wakeups));
    if (!(bytes >= TOO_LARGE * needed))
        return;
    finding.saves = (struct interval){bytes - needed, bytes - needed, bytes - needed};
    snprintf(
        evidence, sizeof(evidence),
        N_("of %.0f KiB; nothing is lost and a wake-up finds %.1f events: bursts of %d times as many, of %d "
           "bytes each, need %.0f KiB"),
        bytes / 1024, events.count / events.wakeups, BURST, EVENT_BYTES_MAX, needed / 1024);
    advisor_add(advisor, &finding);
}

void advise_buffers(struct advisor *advisor)
{
    advise_larger(advisor);
    advise_smaller(advisor);
}
