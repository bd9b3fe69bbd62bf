/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/power.h"

#include "base/cleanup.h"

#include <math.h>

double quads_needed(unsigned n, double delta, double estimate, double half_width)
{
    double distance = fmax(fabs(delta - estimate), half_width / 4), ratio;

    if (!isfinite(half_width) || !isfinite(delta) || !isfinite(estimate) || half_width <= 0)
        return NAN;
    ratio = 1.6 * half_width / distance;
    return fmax(ceil(n * ratio * ratio), n + 1.0);
}

double detectable_effect(unsigned look, double sd, unsigned n, enum look_kind kind)
{
    /*
     * In units of sd / sqrt(n): where nine of ten intervals exclude zero, for normal contrasts.
     * tests/unit/test_power.c holds them to simulation.
     */
    static const double factors[][5] = {
        [LOOKS_DEFAULT] = {5.5, 4.3, 3.9, 3.6},
        [LOOKS_LONG] = {5.5, 4.4, 4.0, 3.9, 3.7},
    };

    if ((unsigned)kind >= ARRAY_SIZE(factors) || look >= ARRAY_SIZE(factors[0]) || n == 0 ||
        factors[kind][look] == 0)
        return NAN;
    return factors[kind][look] * sd / sqrt(n);
}

double undetected_share(unsigned n)
{
    return n ? 1 - pow(0.05, 1.0 / n) : 1;
}
