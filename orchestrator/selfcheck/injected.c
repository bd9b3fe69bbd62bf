/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/selfcheck/injected.h"
#include "orchestrator/series.h"
#include "orchestrator/stats/estimate.h"
#include "orchestrator/versus.h"
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

/* Of mean latency, what the probe that is on does not account for. metric->argument: its runs per operation.
 */
static double beyond_account(const struct metric *metric, const struct block *block)
{
    double mean_ns = block->latency ? hist_mean_ns(block->latency) : NAN;

    return mean_ns - metric->argument * accounted_per_run(block);
}

/* Means over the blocks of one arm: what was injected into an operation, and how often the probe ran in one.
 */
struct account {
    double ns, runs;
};

static struct account account_of(const struct trial *pair, const struct quad_view *quads, char arm)
{
    struct account account = {0};
    unsigned blocks = quads->count * 4;

    for (unsigned i = 0; i < blocks; i++) {
        const struct block *block = &pair->blocks[quads->index[i]];
        double ops = values_or_nan(&block->values, "ops");

        if (block->arm != arm)
            continue;
        account.ns += accounted_per_run(block) / (blocks / 2.0);
        account.runs += values_or_nan(&block->values, "target.accounted_runs") / ops / (blocks / 2.0);
    }
    return account;
}

static int check_runs(const struct account *account, double runs_per_op, struct error *error)
{
    if (fabs(account->runs / runs_per_op - 1) <= RUNS_TOLERANCE)
        return 0;
    return error_set(error, EXIT_UNTRUSTWORTHY, -ENODATA,
                     "the probe ran %.2f times per operation, and not %g times; is something else busy?",
                     account->runs, runs_per_op);
}

int injected_read(const struct trial *trial, double runs_per_op, struct injected *injected,
                  struct error *error)
{
    const struct metric beyond = {
        .name = "beyond_account", .adjustable = true, .argument = runs_per_op, .value = beyond_account};
    CLEANUP(versus_pair_free) struct trial pair = {0};
    CLEANUP(series_free) struct series series = {0};
    struct account less, more;
    struct adjust_output output;
    struct interval added;
    double injected_ns;
    int result;

    if (versus_pair(&pair, trial, 'B', 'C') != 0 || series_make(&series, &pair, &beyond) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    less = account_of(&pair, &series.quads, 'A');
    more = account_of(&pair, &series.quads, 'B');
    result = check_runs(&less, runs_per_op, error);
    if (result == 0)
        result = check_runs(&more, runs_per_op, error);
    if (result)
        return result;
    series_adjust(&series, series.numbers, series.quads.count, &output);
    injected_ns = runs_per_op * (more.ns - less.ns);
    if (hodges_lehmann(series.adjusted, series.quads.count, signed_rank_k(series.quads.count, LEVEL),
                       &added) != 0)
        return error_set(error, EXIT_UNTRUSTWORTHY, -ENODATA, "the run gave no figure");
    *injected = (struct injected){added.estimate / injected_ns,
                                  (added.high - added.low) / 2 / normal_quantile(1 - LEVEL) / injected_ns};
    return 0;
}
