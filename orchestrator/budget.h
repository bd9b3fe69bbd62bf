/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/metric.h"

/* "METRIC=LIMIT": how much worse a metric may get. */
struct budget {
    const struct metric *metric;
    double limit; /* share for a relative one, else in the metric's unit; > 0 */
    bool relative;
    const char *text; /* as given; borrowed */
};

/* EXIT_USAGE with the nearest metric, or what kind of limit the metric takes. */
int budget_parse(struct budget *budget, const char *text, struct error *error);

/* The two halves of "METRIC=LIMIT": *limit is what stands behind the "=", in `text`. EXIT_USAGE likewise. */
int budget_split(const char *text, const struct metric **metric, const char **limit, struct error *error);
