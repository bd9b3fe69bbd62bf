/* SPDX-License-Identifier: GPL-2.0 */
/* A against A: the sham, ten quads each, a budget of 2 % on the primary metric. */
#include "orchestrator/own_run.h"
#include "orchestrator/selfcheck/selfcheck.h"
#include "orchestrator/stats/binomial.h"
#include "orchestrator/stats/estimate.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const workloads[] = {"syscall,call=getpid", "udp_rr", "tcp_rr"};

struct aa {
    unsigned runs, detected, failed, invalid;
    double effects[SELFCHECK_RUNS];
    double error; /* of a run's interval: the largest of them */
};

static void count(struct aa *aa, const json_t *document)
{
    const json_t *primary = document_primary(document);
    double effect = document_number(primary, "effect.estimate");

    if (isnan(effect)) {
        aa->invalid++;
        return;
    }
    aa->effects[aa->runs++] = effect;
    aa->error = fmax(aa->error, 1 - document_number(primary, "effect.level"));
    aa->detected += document_is_true(primary, "detected");
    aa->failed += strcmp(document_text(document, "verdict.status"), "fail") == 0;
}

static int run_all(const struct selfcheck *selfcheck, struct aa *aa, struct error *error)
{
    unsigned runs = selfcheck->quick ? SELFCHECK_RUNS_QUICK : SELFCHECK_RUNS;

    *aa = (struct aa){0};
    for (unsigned i = 0; i < runs; i++) {
        const char *const arguments[] = {"--quads",
                                         "10",
                                         "--window",
                                         "250ms",
                                         "--settle",
                                         "50ms",
                                         "--steady",
                                         "0",
                                         "--no-statistics",
                                         "--budget",
                                         "latency.mean=2%",
                                         "-w",
                                         workloads[i % ARRAY_SIZE(workloads)],
                                         "--sham",
                                         NULL};
        json_t *document;
        int code;

        selfcheck->progress("A against A", i, runs);
        code = own_run(arguments, selfcheck->interrupt, &document, error);
        if (code)
            return code;
        count(aa, document);
        json_decref(document);
    }
    return 0;
}

int truth_aa(const struct selfcheck *selfcheck, struct truth *truth, struct error *error)
{
    struct aa aa;
    int code = run_all(selfcheck, &aa, error);
    double bias, limit = selfcheck->quick ? 0.01 : 0.005;
    unsigned most;

    if (code)
        return code;
    most = binomial_quantile(0.99, aa.runs, aa.error);
    bias = sample_mean(aa.effects, aa.runs);
    snprintf(
        truth->expected, sizeof(truth->expected),
        "of %u runs at most %u detect an effect, none fails a budget of 2 %%, mean effect within %.1f %%",
        aa.runs, most, 100 * limit);
    snprintf(truth->seen, sizeof(truth->seen), "%u detected, %u failed, mean effect %+.2f %%%s", aa.detected,
             aa.failed, 100 * bias, aa.invalid ? "; runs without a figure" : "");
    truth->holds =
        aa.runs > 0 && aa.invalid == 0 && aa.detected <= most && aa.failed == 0 && fabs(bias) <= limit;
    return 0;
}
