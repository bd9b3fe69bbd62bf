/* SPDX-License-Identifier: GPL-2.0 */
/* Injected cost: a probe that is busy for a known time; what is measured must grow with what it accounts. */
#include "orchestrator/own_run.h"
#include "orchestrator/selfcheck/selfcheck.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Half widths are of 95 %: this many standard errors (R. Birge, Phys. Rev. 40, 1932, for the widening). */
#define Z95 1.96

static const unsigned levels_ns[] = {1, 1000, 500, 1, 1000, 1, 1000, 500};
static const unsigned quick_levels_ns[] = {1, 1000, 1, 1000};

struct points {
    unsigned count;
    double accounted_ns[ARRAY_SIZE(levels_ns)], measured_ns[ARRAY_SIZE(levels_ns)],
        half_ns[ARRAY_SIZE(levels_ns)];
};

static int add_point(const struct selfcheck *selfcheck, unsigned level_ns, struct points *points,
                     struct error *error)
{
    char probe[64];
    const char *const arguments[] = {"--quads", "10",  "--steady", "0", "-w", "syscall,call=getpid",
                                     "--probe", probe, NULL};
    const json_t *metric;
    json_t *document;
    double runs;
    int code;

    snprintf(probe, sizeof(probe), "raw_tp@sys_enter+spin:%uns", level_ns);
    code = own_run(arguments, selfcheck->interrupt, &document, error);
    if (code)
        return code;
    metric = document_metric(document, "latency.mean");
    runs = document_number(document, "target.accounted.runs");
    points->accounted_ns[points->count] = document_number(document, "target.accounted.ns") / runs;
    points->measured_ns[points->count] = document_number(metric, "absolute.estimate");
    points->half_ns[points->count] =
        (document_number(metric, "absolute.high") - document_number(metric, "absolute.low")) / 2;
    if (isnan(points->accounted_ns[points->count] + points->half_ns[points->count]))
        code = error_set(error, EXIT_UNTRUSTWORTHY, -EIO, "the run of %s gave no figure", probe);
    points->count++;
    json_decref(document);
    return code;
}

/* Slope of measured on accounted, weighted by the runs' own intervals; *half: that of its 95 % interval. */
static double fit(const struct points *points, double *half)
{
    double weights = 0, x = 0, y = 0, xx = 0, xy = 0, misfit = 0, slope;

    for (unsigned i = 0; i < points->count; i++) {
        double weight = 1 / (points->half_ns[i] * points->half_ns[i]);

        weights += weight;
        x += weight * points->accounted_ns[i];
        y += weight * points->measured_ns[i];
    }
    x /= weights;
    y /= weights;
    for (unsigned i = 0; i < points->count; i++) {
        double weight = 1 / (points->half_ns[i] * points->half_ns[i]),
               from_mean = points->accounted_ns[i] - x;

        xx += weight * from_mean * from_mean;
        xy += weight * from_mean * (points->measured_ns[i] - y);
    }
    slope = xy / xx;
    for (unsigned i = 0; i < points->count; i++)
        misfit +=
            pow((points->measured_ns[i] - y - slope * (points->accounted_ns[i] - x)) / points->half_ns[i], 2);
    /* The weights are made of half widths already. Runs that differ by more than their own intervals say
     * widen it. */
    *half = sqrt(fmax(1, Z95 * Z95 * misfit / (points->count - 2)) / xx);
    return slope;
}

int truth_spin(const struct selfcheck *selfcheck, struct truth *truth, struct error *error)
{
    const unsigned *levels = selfcheck->quick ? quick_levels_ns : levels_ns;
    unsigned count = selfcheck->quick ? ARRAY_SIZE(quick_levels_ns) : ARRAY_SIZE(levels_ns);
    double limit = selfcheck->quick ? 0.10 : 0.03, slope, half;
    struct points points = {0};

    for (unsigned i = 0; i < count; i++) {
        int code;

        selfcheck->progress("injected time", i, count);
        code = add_point(selfcheck, levels[i], &points, error);
        if (code)
            return code;
    }
    slope = fit(&points, &half);
    snprintf(truth->expected, sizeof(truth->expected),
             "slope of measured on injected time, 0 to 1 us a system call: its interval inside %.2f .. %.2f",
             1 - limit, 1 + limit);
    snprintf(truth->seen, sizeof(truth->seen), "%.3f [%.3f, %.3f]", slope, slope - half, slope + half);
    truth->holds = slope - half >= 1 - limit && slope + half <= 1 + limit;
    return 0;
}
