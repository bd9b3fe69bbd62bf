/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/diff/budgets.h"
#include "orchestrator/budget.h"

#include <errno.h>
#include <string.h>

const struct diff_budget *diff_budget_for(const struct diff_budgets *budgets, const char *name)
{
    for (unsigned i = 0; i < budgets->count; i++)
        if (strcmp(budgets->items[i].metric->name, name) == 0)
            return &budgets->items[i];
    return NULL;
}

static int check_limit(const struct quantity *quantity, const char *text, struct error *error)
{
    if (quantity->dimension == DIMENSION_PERCENT)
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "--budget %s: how much worse than OLD's an overhead may be is a percentage, for example "
                     "latency.p50=2%%",
                     text);
}

int diff_budgets_add(struct diff_budgets *budgets, const char *text, struct error *error)
{
    const struct metric *metric;
    struct quantity quantity;
    const char *limit;
    int result = budget_split(text, &metric, &limit, error);

    if (result == 0)
        result = quantity_parse(limit, "--budget", &quantity, error);
    if (result == 0)
        result = check_limit(&quantity, text, error);
    if (result)
        return result;
    if (diff_budget_for(budgets, metric->name))
        return error_set(error, EXIT_USAGE, -EINVAL, "two budgets for %s; give one", metric->name);
    if (budgets->count == DIFF_BUDGETS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "more than %d budgets; leave some out",
                         DIFF_BUDGETS_MAX);
    budgets->items[budgets->count++] = (struct diff_budget){metric, quantity.number, text};
    return 0;
}
