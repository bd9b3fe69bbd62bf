/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/power.h"

#include "base/cleanup.h"
#include "orchestrator/stats/signed_rank.h"
#include "orchestrator/stats/student.h"

#include <math.h>

#define POWER 0.9 /* of a run to see what it says it could have seen */

double quads_needed(unsigned n, double delta, double estimate, double half_width)
{
    double distance = fmax(fabs(delta - estimate), half_width / 4), ratio;

    if (!isfinite(half_width) || !isfinite(delta) || !isfinite(estimate) || half_width <= 0)
        return NAN;
    ratio = 1.6 * half_width / distance;
    return fmax(ceil(n * ratio * ratio), n + 1.0);
}

/* How many sd / sqrt(n) a one-sided t test at the level that K = k has would want for a power of 90 %. */
static double t_test_factor(unsigned n, int k)
{
    double t = student_t_quantile(1 - signed_rank_cdf(n, (unsigned)k), n - 1);

    return t + normal_quantile(POWER) * sqrt(1 + t * t / (2 * (n - 1.0)));
}

/* As many times more as a t test would want at the level of k as at that of k_alone. With K = 0 the least
 * contrast decides. */
static double at_level(double factor, unsigned n, int k_alone, int k)
{
    if (k == k_alone)
        return factor;
    if (k < 0)
        return NAN;
    if (k == 0)
        return normal_quantile(pow(POWER, 1.0 / n)) * sqrt(n);
    return factor * t_test_factor(n, k) / t_test_factor(n, k_alone);
}

double detectable_effect(unsigned look, double sd, unsigned n, enum look_kind kind, int k)
{
    /*
     * In units of sd / sqrt(n): where nine of ten intervals exclude zero, for normal contrasts and one
     * budget. tests/unit/test_power.c holds them to simulation.
     */
    static const double factors[][5] = {
        [LOOKS_DEFAULT] = {5.5, 4.3, 3.9, 3.6},
        [LOOKS_LONG] = {5.5, 4.4, 4.0, 3.9, 3.7},
    };
    struct look_plan plan;

    if ((unsigned)kind >= ARRAY_SIZE(factors) || look >= ARRAY_SIZE(factors[0]) || n < 2 ||
        factors[kind][look] == 0 || look_plan_make(&plan, kind, 0))
        return NAN;
    return at_level(factors[kind][look], n, look_k(&plan, look, 1), k) * sd / sqrt(n);
}

double undetected_share(unsigned n)
{
    return n ? 1 - pow(0.05, 1.0 / n) : 1;
}
