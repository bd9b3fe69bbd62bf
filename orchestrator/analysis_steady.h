/* SPDX-License-Identifier: GPL-2.0 */
/* The long attachment of a trial: is the tool dearer, or its memory larger, when it has been on for a while?
 */
#pragma once

#include "orchestrator/analysis.h"

struct steady_result {
    bool held;       /* there was one */
    bool known;      /* and the statistics could be made */
    bool fell_short; /* the load did, in one of its windows: no FAIL, as in A that makes it unknown */
    double seconds;  /* from the first bin's start to the last one's end */
    double baseline; /* mean of the A windows before it, in the metric's unit */
    struct steady_report report; /* on the scale of the metric's effect */
    struct steady_report raw;    /* without the noise reference; where the metric's is in doubt */
};

/* One metric, adjusted as its quads were. */
void analysis_steady(const struct analysis_design *design, const struct trial *trial,
                     const struct metric_result *metric, struct steady_result *result);

/*
 * Budgets are judged on the worse of windows and long attachment: where late bins are dearer beyond noise, a
 * PASS of the windows becomes what the late interval says, and a late interval beyond the budget makes
 * INCONCLUSIVE a FAIL. A FAIL takes the level that one has at this metric's look, shared among the budgets;
 * fewer quads than a look has are not judged. Where the reference is in doubt, raw and adjusted have to
 * agree. Changes metric->verdict, ->late and ->judged_on_steady.
 */
void analysis_judge_steady(const struct analysis_design *design, struct metric_result *metric,
                           const struct steady_result *steady);
