/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/ramp.h"

#include <errno.h>

int ramp_check(const struct ramp *ramp, struct error *error)
{
    if (ramp->count == 0 || ramp->count > RAMP_STEPS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "duty: write 1 to %d shares, for example [5%%, 25%%, 50%%]", RAMP_STEPS_MAX);
    for (unsigned i = 0; i < ramp->count; i++) {
        if (!(ramp->duty[i] > 0 && ramp->duty[i] <= RAMP_HIGHEST))
            return error_set(
                error, EXIT_USAGE, -EINVAL,
                "duty: %g %% is not possible; a quad has as many blocks on as off, write up to %g %%",
                100 * ramp->duty[i], 100 * RAMP_HIGHEST);
        if (i > 0 && ramp->duty[i] <= ramp->duty[i - 1])
            return error_set(error, EXIT_USAGE, -EINVAL, "duty: %g %% after %g %% is no ramp; let it rise",
                             100 * ramp->duty[i], 100 * ramp->duty[i - 1]);
    }
    return 0;
}

uint64_t ramp_wait_ns(double duty, uint64_t on_ns, uint64_t elapsed_ns)
{
    double needed_ns = (double)on_ns / duty;

    return needed_ns > (double)elapsed_ns ? (uint64_t)(needed_ns - (double)elapsed_ns) : 0;
}
