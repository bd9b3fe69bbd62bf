/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/grouped.h"
#include "orchestrator/stats/select.h"

#include <math.h>

static unsigned members(const double *x, unsigned n, unsigned groups, unsigned group, double *values)
{
    unsigned count = 0;

    for (unsigned i = group; i < n; i += groups)
        values[count++] = x[i];
    return count;
}

void grouped_interval(const double *x, unsigned n, unsigned groups, double level, struct grouped *out)
{
    double medians[GROUPS_MAX], values[ESTIMATE_MAX], squares = 0;

    for (unsigned group = 0; group < groups; group++) {
        unsigned count = members(x, n, groups, group, values);

        if (count > 1)
            squares += pow(sample_sd(values, count), 2) * (count - 1);
        medians[group] = select_median(values, count);
    }
    if (hodges_lehmann(medians, groups, signed_rank_k(groups, (1 - level) / 2), &out->interval) != 0)
        out->interval = (struct interval){NAN, -INFINITY, INFINITY};
    out->groups_sd = sample_sd(medians, groups);
    out->within_sd = n > groups ? sqrt(squares / (n - groups)) : NAN;
}
