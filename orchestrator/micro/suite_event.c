/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/micro.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "bpf/op_table.h"

#include <stdio.h>
#include <string.h>

static const char *const consumers[] = {
    [CONSUMED_ASIDE] = "no consumer",
    [CONSUMED_WOKEN] = "consumer woken for every event",
    [CONSUMED_WOKEN_100TH] = "consumer woken for every 100th",
    [CONSUMED_POLLING] = "consumer polling",
    [CONSUMED_RESTED] = "consumer asleep, an event each",
};

/* Events for each wake-up; 0: nobody is woken. */
static const unsigned wakeup_every[] = {
    [CONSUMED_ASIDE] = 0,   [CONSUMED_WOKEN] = 1,  [CONSUMED_WOKEN_100TH] = 100,
    [CONSUMED_POLLING] = 0, [CONSUMED_RESTED] = 1,
};

static struct micro_row event_row(unsigned kind, unsigned bytes, enum consuming consuming, unsigned pages)
{
    struct micro_row row = micro_op_row("event", kind);

    row.per = "event";
    row.measure = consuming == CONSUMED_ASIDE ? micro_by_slope : micro_measure_event;
    row.width_ns = consuming == CONSUMED_ASIDE ? 1 : 20;
    row.consuming = consuming;
    row.config.op.size = bytes;
    row.config.pages = consuming == CONSUMED_ASIDE ? micro_pages_aside(kind) : pages;
    row.config.consumed = consuming != CONSUMED_ASIDE;
    row.config.wakeup_every = wakeup_every[consuming];
    snprintf(row.variant, sizeof(row.variant), "%u B, %s", bytes, consumers[consuming]);
    return row;
}

static void add_buffer(struct micro_rows *rows, unsigned kind, bool full)
{
    static const unsigned bytes[] = {8, 64, 256, 1024, 4096}, pages[] = {8, 32, 128, 256},
                          gaps_us[] = {1, 5, 50};
    struct micro_row row;

    for (size_t i = 0; i < ARRAY_SIZE(bytes); i++)
        for (unsigned consuming = 0; consuming < CONSUMED_RESTED; consuming++) {
            if (!full && bytes[i] != 64 && bytes[i] != 1024 && consuming != CONSUMED_ASIDE)
                continue;
            row = event_row(kind, bytes[i], consuming, 0);
            micro_rows_add(rows, &row);
        }
    for (size_t i = 0; i < ARRAY_SIZE(gaps_us); i++) {
        row = event_row(kind, 64, CONSUMED_RESTED, 0);
        row.gap_ns = gaps_us[i] * NS_PER_US;
        row.width_ns = 200; /* of thousands, most of them a hypervisor's */
        snprintf(row.variant + strlen(row.variant), sizeof(row.variant) - strlen(row.variant), " %u us",
                 gaps_us[i]);
        micro_rows_add(rows, &row);
    }
    for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
        row = event_row(kind, 64, CONSUMED_WOKEN, pages[i]);
        snprintf(row.variant, sizeof(row.variant), "64 B, consumer woken for every event, %u pages",
                 pages[i]);
        micro_rows_add(rows, &row);
    }
    row = event_row(kind, 1024, CONSUMED_WOKEN, 0);
    row.batch = 16;
    snprintf(row.variant, sizeof(row.variant), "16 events of 64 B in one of 1024 B, consumer woken");
    micro_rows_add(rows, &row);
}

/* Each CPU empties the ring behind its run: one run of each has room. Sizes are powers of two. */
static unsigned pages_of_all(unsigned kind)
{
    unsigned pages = micro_pages_aside(kind), all = pages;

    while ((int)all < (int)pages * cpus_online())
        all *= 2;
    return all;
}

void micro_event_rows(struct micro_rows *rows, bool full)
{
    struct micro_row shared = micro_op_row("event", OP_RINGBUF_OUTPUT);

    add_buffer(rows, OP_PERF_EVENT_OUTPUT, full);
    add_buffer(rows, OP_RINGBUF_OUTPUT, full);
    add_buffer(rows, OP_RINGBUF_RESERVE_SUBMIT, full);
    shared.per = "event";
    shared.contention = SAME_KEY;
    shared.config.shared = true;
    shared.config.pages = pages_of_all(OP_RINGBUF_OUTPUT);
    snprintf(shared.variant, sizeof(shared.variant), "64 B, no consumer, all CPUs into one ring");
    micro_rows_add(rows, &shared);
}
