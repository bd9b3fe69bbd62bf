/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/shortfall.h"
#include "base/i18n.h"
#include "orchestrator/stats/binomial.h"
#include "orchestrator/stats/signed_rank.h"
#include "reports/warning.h"

bool shortfalls_are_targets(unsigned on, unsigned off)
{
    return on > 0 && 1 - binomial_cdf(on - 1, on + off, 0.5) <= SHORTFALL_LEVEL;
}

/* The contrasts of quads that did not fall short, and how many. */
static unsigned pick(const struct series *series, const double *worse, unsigned n, double *picked)
{
    unsigned count = 0;

    for (unsigned q = 0; q < n; q++)
        if (!series->fell_short[q])
            picked[count++] = worse[q];
    return count;
}

static bool lies_above(const struct series *series, const double *worse, unsigned n, double level,
                       double delta)
{
    double picked[ESTIMATE_MAX];
    unsigned count = pick(series, worse, n, picked);
    struct interval interval;

    return hodges_lehmann(picked, count, signed_rank_k(count, level), &interval) == 0 && interval.low > delta;
}

bool shortfall_fail_stands(const struct analysis_design *design, const struct series *series,
                           const struct metric_result *result, double delta)
{
    double level = look_level(&design->looks, result->look, analysis_shares(design));
    unsigned n = result->n, on = 0;

    for (unsigned q = 0; q < n; q++)
        on += series->fell_short[q];
    if (on == 0 || shortfalls_are_targets(on, series->fell_short_off[n - 1]))
        return true;
    return lies_above(series, series->worse, n, level, delta) &&
           (!result->doubtful || lies_above(series, series->worse_raw, n, level, delta));
}

void shortfall_warn(json_t *warnings, const struct analysis *analysis)
{
    for (unsigned i = 0; i < metric_count; i++) {
        const struct metric_result *result = &analysis->metrics[i];

        if (result->fell_short)
            warning_add(
                warnings, "load_fell_short", N_("lower the rate, or measure on a quieter machine"),
                "the budget on %s is broken only by windows in which the load fell short, which may be "
                "the machine's doing as well as the target's",
                result->metric->name);
    }
}
