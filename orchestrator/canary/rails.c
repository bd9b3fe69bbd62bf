/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/rails.h"
#include "base/units.h"

#include <math.h>
#include <stdio.h>

/* What lies above all that a source tells may lie above any limit: such a reading holds none. */
static bool crossed(const struct rail *rail, const struct rail_reading *reading, uint64_t now_ns,
                    uint64_t *known_ns)
{
    if (!isnan(reading->value) || *known_ns == 0)
        *known_ns = now_ns;
    return reading->above || reading->value > rail->highest || now_ns - *known_ns >= RAIL_BLIND_NS;
}

struct rail_crossing rails_look(const struct rail *rails, unsigned count, const struct rail_reading *readings,
                                uint64_t now_ns, struct rails_state *state)
{
    struct rail_crossing first = {0};

    for (unsigned i = 0; i < count && i < RAILS_MAX; i++)
        if (crossed(&rails[i], &readings[i], now_ns, &state->known_ns[i]) && !first.rail)
            first = (struct rail_crossing){.rail = &rails[i], .reading = readings[i]};
    return first;
}

char *rail_describe(const struct rail_crossing *crossing, char *text, size_t size)
{
    char reading[48], highest[48];
    const struct rail *rail = crossing->rail;

    if (isnan(crossing->reading.value))
        snprintf(text, size, "rail %s: no reading any more", rail->name);
    else if (crossing->reading.above && crossing->reading.value <= rail->highest)
        snprintf(text, size, "rail %s: above %s, where its histogram ends, which may be > %s", rail->name,
                 quantity_format(reading, sizeof(reading), crossing->reading.value, rail->unit),
                 quantity_format(highest, sizeof(highest), rail->highest, rail->unit));
    else
        snprintf(text, size, "rail %s: %s > %s", rail->name,
                 quantity_format(reading, sizeof(reading), crossing->reading.value, rail->unit),
                 quantity_format(highest, sizeof(highest), rail->highest, rail->unit));
    return text;
}
