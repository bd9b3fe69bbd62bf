/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/metric.h"

#define DIFF_BUDGETS_MAX 16

/* "METRIC=PCT": how much worse than OLD's NEW's overhead may be. */
struct diff_budget {
    const struct metric *metric;
    double share;     /* 0.05 is 5 %; 0 and more */
    const char *text; /* as given; borrowed */
};

struct diff_budgets {
    struct diff_budget items[DIFF_BUDGETS_MAX];
    unsigned count;
};

/* -EINVAL, EXIT_USAGE: the nearest metric's name, no percentage, a second one for the same metric. */
int diff_budgets_add(struct diff_budgets *budgets, const char *text, struct error *error);

/* NULL without one. */
const struct diff_budget *diff_budget_for(const struct diff_budgets *budgets, const char *name);
