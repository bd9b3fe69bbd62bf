/* SPDX-License-Identifier: GPL-2.0 */
/* Rules on events: fewer of them, fewer wake-ups, none that nobody needs. Adding one is a function and a row.
 */
#include "base/i18n.h"
#include "orchestrator/advice/event_pace.h"
#include "orchestrator/advice/events.h"
#include "orchestrator/advice/rules.h"
#include "orchestrator/advice/swaps.h"
#include "orchestrator/breakdown/sums.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/compose.h"
#include "reports/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Events are most of a cost from here on. */
#define EVENTS_DOMINATE 0.5
#define SAMPLED_ONE_IN  10
#define WAKE_EVERY      100
#define BATCH           16 /* as `micro event` has it */
/* A wake-up for fewer than one event in twenty is sampled already. */
#define WAKES_OFTEN 0.05
/* A line for an event has a time, a name or a number in it. */
#define LINE_BYTES_MIN 8
#define PRINTED_FEW    0.5

struct event_rule {
    const char *rule, *text;
    const char *since, *since_perf; /* with a ring buffer, with a perf buffer */
    /* False where there is no evidence; *saves, and the words for it. */
    bool (*find)(const struct advisor *advisor, const struct events *events, struct interval *saves,
                 char *evidence, size_t size);
    bool of_program; /* that sends them; else of the target as a whole */
};

/* How often a reader is woken. */
static int describe_wakes(const struct advisor *advisor, const struct events *events, char *text, size_t size)
{
    return snprintf(text, size,
                    N_("%.2f events an operation wake their reader %.2f times (half of the added context "
                       "switches), at %.4g %s each time"),
                    events->count, events->wakeups, events->per_wake, advisor_unit(advisor));
}

static bool wakes_often(const struct events *events)
{
    return events->wakeups > WAKES_OFTEN * events->count;
}

static bool find_wakeups(const struct advisor *advisor, const struct events *events, struct interval *saves,
                         char *evidence, size_t size)
{
    if (!wakes_often(events))
        return false;
    *saves = events_saved(events, 1, events->count / WAKE_EVERY, 0);
    describe_wakes(advisor, events, evidence, size);
    return true;
}

/* The sum of a batch's parts: a sixteenth of handing it over, and its share of a wake-up. */
static bool find_batches(const struct advisor *advisor, const struct events *events, struct interval *saves,
                         char *evidence, size_t size)
{
    const struct unit_row one = {events->row, "64 bytes"}, batch = {events->row, "1024 bytes"};
    double less = advisor_row(advisor, &one).estimate - advisor_row(advisor, &batch).estimate / BATCH;
    int used;

    if (!wakes_often(events) || !(less > 0))
        return false;
    *saves = events_saved(events, 1, events->count / BATCH, -less);
    used = describe_wakes(advisor, events, evidence, size);
    if (used > 0 && (size_t)used < size)
        snprintf(evidence + used, size - (size_t)used,
                 "; " N_("handing over 64 B takes %.4g %s, and 1024 B %.4g %s"),
                 advisor_row(advisor, &one).estimate, advisor_unit(advisor),
                 advisor_row(advisor, &batch).estimate, advisor_unit(advisor));
    return true;
}

static double share_of_cost(const struct advisor *advisor, const struct events *events)
{
    return events->spent.estimate / advisor_measured(advisor).estimate;
}

static void describe_share(const struct advisor *advisor, const struct events *events, char *text,
                           size_t size)
{
    snprintf(
        text, size,
        N_("%.0f %% of the cost is events: %.4g %s an operation, in the programs and in the target's own "
           "processes"),
        100 * share_of_cost(advisor, events), events->spent.estimate, advisor_unit(advisor));
}

static bool find_sampling(const struct advisor *advisor, const struct events *events, struct interval *saves,
                          char *evidence, size_t size)
{
    if (!(share_of_cost(advisor, events) >= EVENTS_DOMINATE))
        return false;
    *saves = events_saved(events, 1.0 / SAMPLED_ONE_IN, events->count / SAMPLED_ONE_IN, 0);
    describe_share(advisor, events, evidence, size);
    return true;
}

/* An update of a map in place of an event. */
static bool find_aggregation(const struct advisor *advisor, const struct events *events,
                             struct interval *saves, char *evidence, size_t size)
{
    const struct unit_row update = {"percpu_hash_update", ""};
    struct interval row = advisor_row(advisor, &update);
    size_t used;

    if (!(share_of_cost(advisor, events) >= EVENTS_DOMINATE) || isnan(row.estimate))
        return false;
    *saves = events_saved(events, 0, 0, 0);
    saves->estimate -= events->count * row.estimate;
    saves->low -= events->count * row.high;
    saves->high -= events->count_low * row.low;
    describe_share(advisor, events, evidence, size);
    used = strlen(evidence);
    snprintf(evidence + used, size - used, "; " N_("percpu_hash_update takes %.4g %s"), row.estimate,
             advisor_unit(advisor));
    return true;
}

/* Of the statistics phase alone, and all that was ever printed: the share can only be less. */
static double printed_share(const struct advisor *advisor, const struct events *events)
{
    double operations = document_number(advisor->target, "statistics.operations"),
           bytes = document_number(advisor->target, "output_bytes");

    return bytes / LINE_BYTES_MIN / (operations * events->count_low);
}

static bool find_filter(const struct advisor *advisor, const struct events *events, struct interval *saves,
                        char *evidence, size_t size)
{
    double share = printed_share(advisor, events);

    if (!(share < PRINTED_FEW))
        return false;
    *saves = events_saved(events, share, share * events->count, 0);
    snprintf(
        evidence, size,
        N_("%.2f events an operation, of which %.2g %% at most left a line in what it printed (%.0f bytes)"),
        events->count, 100 * share, document_number(advisor->target, "output_bytes"));
    return true;
}

/* Of an event, without handing it over, which is another rule's (swaps.c). */
static struct interval beside_handing_over(const struct advisor *advisor, double gap_ns, double *perf,
                                           double *ring)
{
    const struct unit_row alone[] = {{"perf_event_output", "64 bytes"}, {"ringbuf_output", "64 bytes"}};
    struct interval total[] = {event_pace_total(advisor, alone[0].name, gap_ns),
                               event_pace_total(advisor, alone[1].name, gap_ns)},
                    less = sums_less(total[0], &total[1], 1);
    double handing_over = advisor_row(advisor, &alone[0]).estimate - advisor_row(advisor, &alone[1]).estimate;

    *perf = total[0].estimate;
    *ring = total[1].estimate;
    return (struct interval){less.estimate - handing_over, less.low - handing_over, less.high - handing_over};
}

static bool find_ring_wakeups(const struct advisor *advisor, const struct events *events,
                              struct interval *saves, char *evidence, size_t size)
{
    double gap_ns = event_gap_ns(advisor, events->count), perf, ring;
    struct interval less = beside_handing_over(advisor, gap_ns, &perf, &ring);

    if (strcmp(events->row, "perf_event_output") != 0 || !wakes_often(events))
        return false;
    *saves = isnan(less.estimate) ? (struct interval){0, 0, 0} : sums_times(less, events->count);
    if (isnan(less.estimate))
        snprintf(evidence, size, N_("what its %.2f wake-ups an operation save beside this is not known"),
                 events->wakeups);
    else
        snprintf(
            evidence, size,
            N_("at an event each %.3g us, one that tells its reader takes %.4g %s on all CPUs, in a ring "
               "buffer %.4g %s"),
            gap_ns / NS_PER_US, perf, advisor_unit(advisor), ring, advisor_unit(advisor));
    return true;
}

static const struct event_rule rules[] = {
    {"perf_to_ringbuf", SWAP_TO_RINGBUF, "5.8", "5.8", find_ring_wakeups, true},
    {"sampled_wakeups",
     N_("wake the reader for every 100th event instead of each (BPF_RB_NO_WAKEUP; wakeup_events of a perf "
        "buffer), and let it look now and then"),
     "5.8", "4.4", find_wakeups, false},
    {"batch_events", N_("gather 16 events in a per-CPU array and hand them over as one"), "5.8", "4.6",
     find_batches, false},
    {"fewer_events", N_("send one event in ten"), "3.19", "3.19", find_sampling, false},
    {"aggregate_in_kernel",
     N_("count or sum in a per-CPU hash that is read now and then, instead of sending events"), "4.6", "4.6",
     find_aggregation, false},
    {"filter_in_kernel", N_("drop or sum up in the program what its reader does not print"), "4.1", "4.1",
     find_filter, false},
};

static const char *since(const struct event_rule *rule, const struct events *events)
{
    return strcmp(events->row, "perf_event_output") == 0 ? rule->since_perf : rule->since;
}

/* What the tool would cost in all with one event in N. */
static json_t *sampling_table(const struct advisor *advisor, const struct events *events)
{
    static const unsigned one_in[] = {1, 2, 5, 10, 100};
    struct interval cost = advisor_measured(advisor);
    json_t *table = json_array();

    for (size_t i = 0; i < ARRAY_SIZE(one_in); i++) {
        struct interval saved = one_in[i] == 1
                                    ? (struct interval){0, 0, 0}
                                    : events_saved(events, 1.0 / one_in[i], events->count / one_in[i], 0);

        json_array_append_new(table,
                              json_pack("{s:i, s:o}", "one_in", (int)one_in[i], "cost",
                                        compose_interval(cost.estimate - saved.estimate,
                                                         cost.low - saved.high, cost.high - saved.low)));
    }
    return table;
}

void advise_events(struct advisor *advisor)
{
    struct events events;

    if (!events_measure(advisor, &events))
        return;
    for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
        char evidence[400] = "";
        struct finding finding = {.rule = rules[i].rule,
                                  .text = rules[i].text,
                                  .since = since(&rules[i], &events),
                                  .program = rules[i].of_program ? events.program : "",
                                  .evidence = evidence};
        json_t *advice;

        if (!rules[i].find(advisor, &events, &finding.saves, evidence, sizeof(evidence)))
            continue;
        advice = advisor_add(advisor, &finding);
        if (advice && rules[i].find == find_sampling)
            json_object_set_new(advice, "sampling", sampling_table(advisor, &events));
    }
}
