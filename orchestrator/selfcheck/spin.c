/* SPDX-License-Identifier: GPL-2.0 */
/* Injected cost: a probe that is busy for a known time; what is measured must grow with what it accounts. */
#include "orchestrator/own_run.h"
#include "orchestrator/selfcheck/injected.h"
#include "orchestrator/selfcheck/selfcheck.h"
#include "base/cleanup.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WIDTH_ENOUGH 0.5 /* half width of the slope's interval, as a share of the limit */

/* The least and the most: what lies between says little of the slope. */
struct injection {
    const char *workload, *attach;
    unsigned runs_per_op;
    unsigned least_ns, most_ns; /* of one run */
    unsigned pairs, pairs_max;  /* of runs, one with the least and one with the most */
    unsigned pairs_quick;
    const char *range;
};

static const struct injection into_call = {
    .workload = "syscall,call=getpid",
    .attach = "raw_tp@sys_enter",
    .runs_per_op = 1,
    .least_ns = 1,
    .most_ns = 1000,
    .pairs = 4,
    .pairs_max = 14,
    .pairs_quick = 2,
    .range = "0 to 1 us a system call",
};

/* Request and reply are one packet each, and both are waited for. */
static const struct injection into_round_trip = {
    .workload = "udp_rr",
    .attach = "raw_tp@net_dev_queue",
    .runs_per_op = 2,
    .least_ns = 1,
    .most_ns = 5000,
    .pairs = 3,
    .pairs_max = 8,
    .pairs_quick = 1,
    .range = "0 to 10 us a round trip",
};

static int read_point(int trial_fd, unsigned runs_per_op, struct line_point *point, struct error *error)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(close_file) FILE *file = fdopen(dup(trial_fd), "r");
    int code = file ? trial_read(&trial, file, NULL, error)
                    : error_set(error, EXIT_ENVIRONMENT, -errno, "%s", strerror(errno));

    return code ? code : injected_point(&trial, runs_per_op, point, error);
}

static int add_point(const struct selfcheck *selfcheck, const struct injection *injection, unsigned level_ns,
                     struct line_point *point, struct error *error)
{
    char probe[80], path[64];
    const char *const arguments[] = {
        "--quads",           "10",      "--window", "250ms",   "--steady", "0", "--no-statistics", "-w",
        injection->workload, "--probe", probe,      "--trial", path,       NULL};
    OWNED_FD int trial_fd = memfd_create("trial", MFD_CLOEXEC);
    CLEANUP(jsonio_drop) json_t *document = NULL;
    int code;

    snprintf(probe, sizeof(probe), "%s+spin:%uns", injection->attach, level_ns);
    snprintf(path, sizeof(path), "/proc/%d/fd/%d", getpid(), trial_fd);
    code = own_run(arguments, selfcheck->interrupt, &document, error);
    return code ? code : read_point(trial_fd, injection->runs_per_op, point, error);
}

/*
 * What a probe costs beside its spin grows with a busy neighbour, from one minute to the next and by far more
 * than a slope of 3 %; so does the baseline, which tells by how much. A few points can't say.
 */
static enum line_explained_by explained_by(unsigned points)
{
    return points >= 6 ? LINE_BY_X_AND_BESIDE : LINE_BY_X;
}

/* As many pairs as the slope takes to be known well enough; the width alone decides, never where it lies. */
static int measure_slope(const struct selfcheck *selfcheck, const struct injection *injection, double limit,
                         struct interval *slope, struct error *error)
{
    unsigned least = selfcheck->quick ? injection->pairs_quick : injection->pairs,
             most = selfcheck->quick ? injection->pairs_quick : injection->pairs_max;
    struct line_point points[LINE_POINTS_MAX];

    for (unsigned i = 0; i < 2 * most; i++) {
        int code;

        selfcheck->progress("injected time", i, 2 * most);
        code = add_point(selfcheck, injection, i % 2 ? injection->most_ns : injection->least_ns, &points[i],
                         error);
        if (code)
            return code;
        if (i % 2 == 0 || i + 1 < 2 * least)
            continue;
        if (line_slope(points, i + 1, explained_by(i + 1), slope) != 0)
            return error_set(error, EXIT_UNTRUSTWORTHY, -ENODATA, "the runs of %s give no slope",
                             injection->attach);
        if (slope->high - slope->low <= 2 * WIDTH_ENOUGH * limit)
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
    /* Points are of what was measured beyond the account: the account itself has a slope of 1. */
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
