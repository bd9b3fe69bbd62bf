/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/budget.h"
#include "base/cleanup.h"
#include "base/names.h"

#include <errno.h>
#include <string.h>

static int unknown_metric(const char *name, struct error *error)
{
    OWNED_PTR const char **names = calloc(metric_count, sizeof(*names));
    char suggestion[128] = "";

    if (names) {
        metric_names(names);
        name_suggestion(suggestion, sizeof(suggestion), name, names, metric_count);
    }
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "unknown metric \"%s\"%s; 'tracetoll list metrics' prints them", name, suggestion);
}

static int limit_does_not_fit(const struct metric *metric, const char *limit, struct error *error)
{
    if (strcmp(metric->unit, "share") == 0)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "--budget %s: \"%s\" is no limit for a share; write for example 1%%", metric->name,
                         limit);
    return error_set(
        error, EXIT_USAGE, -EINVAL, "--budget %s: \"%s\" is no limit for a metric in %s; write %s",
        metric->name, limit, metric->unit,
        metric->relative ? "a share such as 5%, or an amount in its unit" : "an amount in its unit");
}

int budget_split(const char *text, const struct metric **metric, const char **limit, struct error *error)
{
    const char *equals = strchr(text, '=');
    OWNED_PTR char *name = equals ? strndup(text, (size_t)(equals - text)) : NULL;

    if (!equals)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "--budget \"%s\": write METRIC=LIMIT, for example latency.p50=5%%", text);
    if (!name)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    *metric = metric_find(name);
    *limit = equals + 1;
    return *metric ? 0 : unknown_metric(name, error);
}

int budget_parse(struct budget *budget, const char *text, struct error *error)
{
    const struct metric *metric;
    struct quantity quantity;
    const char *limit;
    int result = budget_split(text, &metric, &limit, error);

    if (result == 0)
        result = quantity_parse(limit, "--budget", &quantity, error);
    if (result)
        return result;
    if (!metric_takes(metric, quantity.dimension))
        return limit_does_not_fit(metric, limit, error);
    if (!(quantity.number > 0))
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "--budget %s: a limit must be above zero; no finite measurement can show \"no change at all\"",
            text);
    if (metric->higher_is_better && quantity.dimension == DIMENSION_PERCENT && quantity.number >= 1)
        return error_set(error, EXIT_USAGE, -EINVAL, "--budget %s: %s cannot fall by 100%% or more", text,
                         metric->name);
    *budget = (struct budget){metric, quantity.number,
                              metric->relative && quantity.dimension == DIMENSION_PERCENT, text};
    return 0;
}
