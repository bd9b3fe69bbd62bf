/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/advice/event_pace.h"
#include "orchestrator/advice/events.h"
#include "orchestrator/breakdown/sums.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "reports/document.h"

#include <math.h>

static const struct {
    double gap_ns;
    const char *variant;
} paces[] = {
    {1 * NS_PER_US, EVENTS_RESTED_1US},
    {5 * NS_PER_US, EVENTS_RESTED_5US},
    {50 * NS_PER_US, EVENTS_RESTED_50US},
};

double event_gap_ns(const struct advisor *advisor, double events_per_op)
{
    double rate = document_number(document_metric(advisor->document, "throughput"), "baseline");

    return rate > 0 && events_per_op > 0 ? NS_PER_SECOND / (rate * events_per_op) : NAN;
}

/* Both threads' time, and the idle CPU's way to the consumer and back; as sure as the producer's part. */
static struct interval total_of(const struct advisor *advisor, const char *row, const char *variant)
{
    const struct unit_row wanted = {row, variant};
    struct interval producer = advisor_row(advisor, &wanted);
    double total = advisor_row_detail(advisor, &wanted, "total_cpu_ns") +
                   advisor_row_detail(advisor, &wanted, "wakeups_per_event") *
                       advisor_row_detail(advisor, &wanted, "idle_change_per_wakeup_ns");

    return sums_times(producer, total / producer.estimate);
}

struct interval event_pace_total(const struct advisor *advisor, const char *row, double gap_ns)
{
    size_t next = 0;
    double place;

    if (isnan(gap_ns))
        return interval_unknown();
    while (next < ARRAY_SIZE(paces) && gap_ns > paces[next].gap_ns)
        next++;
    if (next == 0)
        return total_of(advisor, row, paces[0].variant);
    if (next == ARRAY_SIZE(paces))
        return total_of(advisor, row, paces[next - 1].variant);
    /* Between two rows by the logarithm of time. */
    place = log(gap_ns / paces[next - 1].gap_ns) / log(paces[next].gap_ns / paces[next - 1].gap_ns);
    return sums_between(total_of(advisor, row, paces[next - 1].variant),
                        total_of(advisor, row, paces[next].variant), place);
}
