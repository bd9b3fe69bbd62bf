/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a trial to figures: pure, no clock, no machine. `run` and `analyse` both go through here, which is why
 * a document can be made again from its raw blocks, bit for bit.
 */
#pragma once

#include "orchestrator/budget.h"
#include "orchestrator/series.h"
#include "orchestrator/stats/estimate.h"
#include "orchestrator/stats/looks.h"
#include "orchestrator/stats/power.h"
#include "orchestrator/stats/sequence.h"
#include "orchestrator/stats/steady.h"
#include "orchestrator/stats/verdict.h"
#include "reports/trial.h"

#define BUDGETS_MAX 16
#define FAMILY_MAX  4096 /* runs that share one verdict */
#define ATTEMPT_MAX 20   /* a share of the error can be halved that often and still be one */

/* What the header of a trial says about how to judge it. */
struct analysis_design {
    struct look_plan looks;
    enum look_kind look_kind;
    unsigned max_quads;
    double precision; /* half width at which a run without budgets ends, share */
    const struct metric *primary;
    struct budget budgets[BUDGETS_MAX];
    unsigned budget_count;
    unsigned family;        /* runs that share one verdict; 0 counts as 1 */
    bool primary_available; /* false where the workload has no such number */
};

/* How a metric was adjusted: a kind's logarithm, times its coefficient, was taken off. */
struct metric_reference {
    unsigned kinds; /* 0: the metric takes none, or the load has none */
    char names[ADJUST_KINDS_MAX][REFERENCE_NAME_MAX];
    double coefficient[ADJUST_KINDS_MAX]; /* in the scale of effect */
};

struct metric_result {
    const struct metric *metric;
    const struct budget *budget; /* NULL: none */
    bool relative;               /* scale of effect, raw and sd: log ratios when true */
    bool primary;
    bool available; /* false: some block could not give it; only `why` means anything then */
    const char *why;
    unsigned n;                   /* quads behind it */
    unsigned look;                /* index of the look it stands at; looks.count when there was none */
    double baseline, with_target; /* means over the A and the B blocks, in the metric's unit */
    struct interval effect;       /* contrast, B against A; in logs when relative, else in the unit */
    struct interval absolute;     /* the same in the metric's unit */
    struct interval raw;          /* effect without the noise reference */
    double level;                 /* one-sided level of the interval's look, divided by m */
    double sd, raw_sd;            /* of the contrasts */
    bool adjusted;
    struct metric_reference reference; /* each metric has coefficients of its own */
    bool doubtful;         /* the target may move the reference: raw and adjusted were both judged */
    bool judged_on_steady; /* the long attachment was dearer, and decided */
    struct interval late;  /* effect in the late bins of the long attachment; unknown without a budget */
    double detectable;     /* in the scale of effect; NaN before the first look */
    enum verdict verdict;
    bool at_least; /* an early FAIL overstates the size */
    bool lies_low; /* from so few operations that it may lie too low: it can break a budget, and hold none */
    bool fell_short;     /* no verdict, as it would owe itself to windows in which the load fell short
                            (shortfall.h) */
    double needed_quads; /* NaN unless inconclusive */
};

/* What is kept of the primary metric alone. */
struct primary_detail {
    unsigned kinds; /* references; 0: the load has none */
    char names[ADJUST_KINDS_MAX][REFERENCE_NAME_MAX];
    unsigned quads, fell_short, fell_short_off; /* shortfall.h */
    struct adjust_output output;                /* its arrays are not kept (NULL) */
    struct sequence_report sequence;
    bool sequence_known;
};

struct analysis {
    struct analysis_design design;
    unsigned quads; /* valid ones */
    double seconds_per_quad;
    struct metric_result *metrics; /* owned; metric_count of them */
    struct primary_detail primary;
};

/* Reads header.design, .budgets and .primary; EXIT_USAGE when they make no sense. Texts are borrowed from it.
 */
int analysis_design_read(struct analysis_design *design, const json_t *header, struct error *error);

/* Everything, over all valid quads; analysis_free() releases. 0, -ENOMEM, -EINVAL with a sentence. */
int analysis_make(struct analysis *analysis, const struct trial *trial, struct error *error);
void analysis_free(struct analysis *analysis);

/*
 * One metric over the first `quads` valid quads, judged at each look reached; quads 0: all. The building
 * block of both of the above and of the looks while a run goes on.
 */
int analysis_metric(const struct analysis_design *design, const struct trial *trial,
                    const struct metric *metric, struct metric_result *result, struct primary_detail *detail);

/* A budget's limit on the scale of contrasts, for worse = positive. */
double analysis_delta(const struct budget *budget);

/* Among how many verdicts the error of a FAIL is shared: those of the budgets, in all runs of the family. */
unsigned analysis_shares(const struct analysis_design *design);

/* Half width of the primary's interval as a share of the baseline; infinite before there is one. */
double analysis_half_width(const struct metric_result *result);

/* The plan's hooks; context is a struct analysis_design. */
struct judgement;
int analysis_judge(void *design, const struct trial *trial, unsigned look, struct judgement *judgement);
bool analysis_emergency(void *design, const struct trial *trial);
