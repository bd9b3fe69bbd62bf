/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/shortfall.h"
#include "base/cleanup.h"
#include "base/i18n.h"
#include "orchestrator/stats/binomial.h"
#include "reports/warning.h"

#include <math.h>
#include <stdlib.h>

bool block_fell_short(const struct block *block)
{
    return values_or_nan(&block->values, SHORTFALL_VALUE) > 0;
}

unsigned shortfalls_on(const struct series *series, unsigned n)
{
    unsigned count = 0;

    for (unsigned q = 0; q < n; q++)
        count += series->fell_short[q];
    return count;
}

bool shortfalls_are_targets(unsigned on, unsigned quads, unsigned off)
{
    return fisher_upper(on, quads, off, quads + off) <= SHORTFALL_LEVEL;
}

static int compare(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;

    return (one > other) - (one < other);
}

/*
 * As many of the target's own as the machine may have made beside them: what it was seen to make with the
 * target off, and two standard deviations of a count. 0 where it was not seen to make any.
 */
static unsigned machines_share(unsigned off)
{
    return off + (unsigned)ceil(2 * sqrt(off));
}

/* The contrasts that the verdict has to do with: all that did not fall short, and where it is the target's
 * doing, those that did, less the `left_out` that speak most for the verdict. */
static unsigned pick(const struct series *series, const double *worse, unsigned n, enum verdict verdict,
                     unsigned left_out, double *picked)
{
    double fell_short[ESTIMATE_MAX];
    unsigned count = 0, short_count = 0, first, last;

    for (unsigned q = 0; q < n; q++)
        *(series->fell_short[q] ? &fell_short[short_count++] : &picked[count++]) = worse[q];
    qsort(fell_short, short_count, sizeof(double), compare);
    left_out = left_out < short_count ? left_out : short_count;
    first = verdict == VERDICT_PASS ? left_out : 0;
    last = verdict == VERDICT_PASS ? short_count : short_count - left_out;
    for (unsigned i = first; i < last; i++)
        picked[count++] = fell_short[i];
    return count;
}

bool shortfall_stands(const struct analysis_design *design, const struct series *series,
                      const struct metric_result *result, enum verdict verdict, double delta)
{
    const double *each[] = {series->worse, result->doubtful ? series->worse_raw : series->worse};
    unsigned n = result->n, off = series->fell_short_off[n - 1], on = shortfalls_on(series, n), left_out;
    double picked[ESTIMATE_MAX];

    if (on == 0)
        return true;
    left_out = shortfalls_are_targets(on, n, off) ? machines_share(off) : on;
    for (unsigned i = 0; i < ARRAY_SIZE(each); i++) {
        unsigned count = pick(series, each[i], n, verdict, left_out, picked);

        if (verdict_of_rest(picked, count, &design->looks, result->look, analysis_shares(design), delta) !=
            verdict)
            return false;
    }
    return true;
}

void shortfall_warn(json_t *warnings, const struct analysis *analysis)
{
    const struct primary_detail *primary = &analysis->primary;

    for (unsigned i = 0; i < metric_count; i++)
        if (analysis->metrics[i].fell_short) {
            warning_add(warnings, "load_fell_short", N_("lower the rate, or measure on a quieter machine"),
                        "there is no verdict on %s: it would owe itself to windows in which the load fell "
                        "short, which may be the machine's doing as well as the target's",
                        analysis->metrics[i].metric->name);
            return;
        }
    if (primary->fell_short &&
        !shortfalls_are_targets(primary->fell_short, primary->quads, primary->fell_short_off))
        warning_add(warnings, "load_fell_short", N_("lower the rate, or measure on a quieter machine"),
                    "the load fell short in %u of %u quads with the target on, which may be the machine's "
                    "doing as well as the target's: the figures are of these windows as well",
                    primary->fell_short, primary->quads);
}
