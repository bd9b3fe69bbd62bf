/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/selfcheck/injected.h"
#include "orchestrator/series.h"
#include "base/cleanup.h"

#include <errno.h>
#include <math.h>

#define RUNS_TOLERANCE 0.02 /* the edges of the account and of the operations are some 0.1 ms apart */
#define LEVEL          0.025

static double accounted_per_run(const struct block *block)
{
    return values_or_nan(&block->values, "target.accounted_ns") /
           values_or_nan(&block->values, "target.accounted_runs");
}

/* Of mean latency, what the probe does not account for. metric->argument: its runs per operation. */
static double beyond_account(const struct metric *metric, const struct block *block)
{
    double mean_ns = block->latency ? hist_mean_ns(block->latency) : NAN;

    return block->arm == 'B' ? mean_ns - metric->argument * accounted_per_run(block) : mean_ns;
}

struct means {
    double accounted_ns, runs_per_op; /* with the probe on */
    double baseline_ns;               /* without */
};

static struct means means_of(const struct trial *trial, const struct series *series)
{
    unsigned blocks = series->quads.count * 4;
    struct means means = {0};

    for (unsigned i = 0; i < blocks; i++) {
        const struct block *block = &trial->blocks[series->quads.index[i]];

        if (block->arm == 'A') {
            means.baseline_ns += series->numbers[i] / (blocks / 2.0);
            continue;
        }
        means.accounted_ns += accounted_per_run(block) / (blocks / 2.0);
        means.runs_per_op += values_or_nan(&block->values, "target.accounted_runs") /
                             values_or_nan(&block->values, "ops") / (blocks / 2.0);
    }
    return means;
}

int injected_point(const struct trial *trial, double runs_per_op, struct line_point *point,
                   struct error *error)
{
    const struct metric beyond = {
        .name = "beyond_account", .adjustable = true, .argument = runs_per_op, .value = beyond_account};
    CLEANUP(series_free) struct series series = {0};
    struct adjust_output output;
    struct interval added;
    struct means means;

    if (series_make(&series, trial, &beyond) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    means = means_of(trial, &series);
    if (!(fabs(means.runs_per_op / runs_per_op - 1) <= RUNS_TOLERANCE))
        return error_set(error, EXIT_UNTRUSTWORTHY, -ENODATA,
                         "the probe ran %.2f times per operation, and not %g times; is something else busy?",
                         means.runs_per_op, runs_per_op);
    series_adjust(&series, series.numbers, series.quads.count, &output);
    if (hodges_lehmann(series.adjusted, series.quads.count, signed_rank_k(series.quads.count, LEVEL),
                       &added) != 0)
        return error_set(error, EXIT_UNTRUSTWORTHY, -ENODATA, "the run gave no figure");
    *point = (struct line_point){
        .x = runs_per_op * means.accounted_ns,
        .y = added.estimate,
        .error = (added.high - added.low) / 2 / normal_quantile(1 - LEVEL),
        .beside = means.baseline_ns,
    };
    return 0;
}
