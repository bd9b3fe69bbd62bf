/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/rails.h"

#include <math.h>

struct rail_crossing rails_look(const struct rail *rails, unsigned count, const double *readings,
                                struct rails_state *state)
{
    struct rail_crossing first = {0};

    for (unsigned i = 0; i < count && i < RAILS_MAX; i++) {
        bool unknown = isnan(readings[i]);

        state->blind[i] = unknown ? state->blind[i] + 1 : 0;
        if (first.rail || (!(readings[i] > rails[i].highest) && state->blind[i] < RAIL_BLIND_LOOKS))
            continue;
        first = (struct rail_crossing){.rail = &rails[i], .reading = readings[i]};
    }
    return first;
}
