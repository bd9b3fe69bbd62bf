/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/rails.h"
#include "base/units.h"

#include <math.h>
#include <stdio.h>

/* Nothing may have looked for a while: that it was blind for so long is more than anybody knows. */
static void count_blindness(const struct rail_reading *reading, unsigned index, uint64_t step_ns,
                            struct rails_state *state)
{
    uint64_t *blind_ns = &state->blind_ns[index], *known_ns = &state->known_ns[index];

    *blind_ns += step_ns < RAIL_LOOK_NS ? step_ns : RAIL_LOOK_NS;
    if (*blind_ns < reading->blind_ns)
        *blind_ns = reading->blind_ns;
    if (reading->since_ns < *known_ns)
        *known_ns = reading->since_ns;
}

/* What lies above all that a source tells may lie above any limit: such a reading holds none. */
static bool crossed(const struct rail *rail, const struct rail_reading *reading, unsigned index,
                    uint64_t now_ns, struct rails_state *state)
{
    if (!isnan(reading->value) || state->known_ns[index] == 0) {
        state->known_ns[index] = now_ns;
        state->blind_ns[index] = 0;
    } else if (!reading->idle) {
        count_blindness(reading, index, now_ns - state->looked_ns, state);
    }
    if (reading->idle)
        return false;
    return reading->above || reading->value > rail->highest || state->blind_ns[index] >= RAIL_BLIND_NS;
}

/* One that went blind is crossed by what it did not see, since it was last seen. */
static struct rail_crossing crossing_of(const struct rail *rail, const struct rail_reading *reading,
                                        uint64_t known_ns)
{
    struct rail_crossing crossing = {.rail = rail, .reading = *reading};

    if (isnan(reading->value))
        crossing.reading.since_ns = known_ns;
    return crossing;
}

struct rail_crossing rails_look(const struct rail *rails, unsigned count, const struct rail_reading *readings,
                                uint64_t now_ns, struct rails_state *state)
{
    struct rail_crossing first = {0};

    for (unsigned i = 0; i < count && i < RAILS_MAX; i++)
        if (crossed(&rails[i], &readings[i], i, now_ns, state) && !first.rail)
            first = crossing_of(&rails[i], &readings[i], state->known_ns[i]);
    state->looked_ns = now_ns;
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
