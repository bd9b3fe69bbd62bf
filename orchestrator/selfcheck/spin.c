/* SPDX-License-Identifier: GPL-2.0 */
/* Injected cost: a probe that is busy for a known time; what is measured must grow with what it accounts. */
#include "orchestrator/own_run.h"
#include "orchestrator/selfcheck/injected.h"
#include "orchestrator/selfcheck/selfcheck.h"
#include "orchestrator/stats/pooled.h"
#include "base/cleanup.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define RUNS_MIN     3
#define RUNS_MAX     10
#define WIDTH_ENOUGH 0.5 /* half width of the slope's interval, as a share of the limit */

/*
 * The least and the most, against each other in one design: what a probe costs beside its spin changes by a
 * tenth from one minute to the next on a shared machine, and must be the same for both.
 */
struct injection {
    const char *workload, *attach;
    unsigned runs_per_op;
    unsigned least_ns, most_ns; /* of one run of the probe */
    const char *range;
};

static const struct injection into_call = {
    .workload = "syscall,call=getpid",
    .attach = "raw_tp@sys_enter",
    .runs_per_op = 1,
    .least_ns = 1,
    .most_ns = 1000,
    .range = "0 to 1 us a system call",
};

/* Request and reply are one packet each, and both are waited for. */
static const struct injection into_round_trip = {
    .workload = "udp_rr",
    .attach = "raw_tp@net_dev_queue",
    .runs_per_op = 2,
    .least_ns = 1,
    .most_ns = 5000,
    .range = "0 to 10 us a round trip",
};

static int read_trial(int trial_fd, unsigned runs_per_op, struct injected *injected, struct error *error)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(close_file) FILE *file = fdopen(dup(trial_fd), "r");
    int code = file ? trial_read(&trial, file, NULL, error)
                    : error_set(error, EXIT_ENVIRONMENT, -errno, "%s", strerror(errno));

    return code ? code : injected_read(&trial, runs_per_op, injected, error);
}

/*
 * Many short windows: a neighbour on the same core that runs for some 40 ms every few seconds makes
 * everything slower by half meanwhile. It falls into one window in forty of 100 ms, and so into one quad in
 * seven, which the median of pairs disregards; of windows of 250 ms it spoils one quad in three.
 */
static int measure_once(const struct selfcheck *selfcheck, const struct injection *injection,
                        struct injected *injected, struct error *error)
{
    char probe[80], versus[96], path[64];
    const char *const arguments[] = {"--quads",
                                     "24",
                                     "--window",
                                     "100ms",
                                     "--settle",
                                     "50ms",
                                     "--steady",
                                     "0",
                                     "--no-statistics",
                                     "-w",
                                     injection->workload,
                                     "--probe",
                                     probe,
                                     "--versus",
                                     versus,
                                     "--trial",
                                     path,
                                     NULL};
    OWNED_FD int trial_fd = memfd_create("trial", MFD_CLOEXEC);
    CLEANUP(jsonio_drop) json_t *document = NULL;
    int code;

    snprintf(probe, sizeof(probe), "%s+spin:%uns", injection->attach, injection->least_ns);
    snprintf(versus, sizeof(versus), "--probe %s+spin:%uns", injection->attach, injection->most_ns);
    snprintf(path, sizeof(path), "/proc/%d/fd/%d", getpid(), trial_fd);
    code = own_run(arguments, selfcheck->interrupt, &document, error);
    return code ? code : read_trial(trial_fd, injection->runs_per_op, injected, error);
}

/* As many runs as the slope takes to be known well enough; the width alone decides, never where it lies. */
static int measure_slope(const struct selfcheck *selfcheck, const struct injection *injection, double limit,
                         struct interval *excess, struct error *error)
{
    unsigned least = selfcheck->quick ? 1 : RUNS_MIN, most = selfcheck->quick ? 1 : RUNS_MAX;
    double figures[RUNS_MAX], errors[RUNS_MAX];

    for (unsigned i = 0; i < most; i++) {
        struct injected injected;
        int code;

        selfcheck->progress("injected time", i, most);
        code = measure_once(selfcheck, injection, &injected, error);
        if (code)
            return code;
        figures[i] = injected.excess;
        errors[i] = injected.error;
        if (i + 1 < least)
            continue;
        if (pooled_mean(figures, errors, i + 1, excess) != 0)
            return error_set(error, EXIT_UNTRUSTWORTHY, -ENODATA, "the runs of %s give no slope",
                             injection->attach);
        if (excess->high - excess->low <= 2 * WIDTH_ENOUGH * limit)
            break;
    }
    return 0;
}

static int inject(const struct selfcheck *selfcheck, const struct injection *injection, struct truth *truth,
                  struct error *error)
{
    double limit = selfcheck->quick ? 0.10 : 0.03;
    struct interval slope;
    int code = measure_slope(selfcheck, injection, limit, &slope, error);

    if (code)
        return code;
    /* What is beyond the account: the account itself has a slope of 1. */
    snprintf(truth->expected, sizeof(truth->expected),
             "slope of measured on injected time, %s: its interval inside %.2f .. %.2f", injection->range,
             1 - limit, 1 + limit);
    snprintf(truth->seen, sizeof(truth->seen), "%.3f [%.3f, %.3f]", 1 + slope.estimate, 1 + slope.low,
             1 + slope.high);
    truth->holds = slope.low >= -limit && slope.high <= limit;
    return 0;
}

int truth_spin_call(const struct selfcheck *selfcheck, struct truth *truth, struct error *error)
{
    return inject(selfcheck, &into_call, truth, error);
}

int truth_spin_round_trip(const struct selfcheck *selfcheck, struct truth *truth, struct error *error)
{
    return inject(selfcheck, &into_round_trip, truth, error);
}
