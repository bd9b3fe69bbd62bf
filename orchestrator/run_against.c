/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/run_against.h"
#include "base/cleanup.h"
#include "orchestrator/against.h"
#include "orchestrator/diff/print.h"
#include "orchestrator/outcome.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>

static int read_budgets(const struct run_options *options, struct diff_budgets *budgets, struct error *error)
{
    int result = 0;

    for (unsigned i = 0; result == 0 && i < options->regression_count; i++)
        result = diff_budgets_add(budgets, options->regressions[i], error);
    return result ? error_prefix(error, result, "--regression") : 0;
}

int run_against_load(const struct run_options *options, json_t **base, struct error *error)
{
    struct diff_budgets budgets = {0};

    *base = NULL;
    if (options->regression_count && !options->against)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "--regression says how much worse than an earlier document; give it with --against");
    if (!options->against)
        return 0;
    return read_budgets(options, &budgets, error) ? -EINVAL : document_read(options->against, base, error);
}

/* Text behind a text report; a document on standard output stays one. */
static bool prints_text(const struct run_options *options)
{
    for (unsigned i = 0; i < options->format_count; i++)
        if (strcmp(options->formats[i], "text") == 0)
            return true;
    return options->format_count == 0 && !options->quiet;
}

void run_against_compare(const struct run_options *options, const json_t *base, const json_t *document,
                         struct run_comparison *comparison)
{
    struct against against = {.base = base,
                              .base_file = options->against,
                              .new_file = options->output ? options->output : "this run",
                              .inconclusive = options->inconclusive,
                              .family = options->family,
                              .attempt = options->attempt};

    *comparison = (struct run_comparison){.asked = base != NULL};
    if (!base)
        return;
    comparison->status = read_budgets(options, &against.budgets, &comparison->refused)
                             ? comparison->refused.status
                             : against_compare(&against, document, &comparison->diff, &comparison->refused);
    comparison->of = (struct junit_comparison){.diff = comparison->diff,
                                               .refused = comparison->refused.message,
                                               .open = outcome_of_open(options->inconclusive)};
}

const struct junit_comparison *run_against_report(const struct run_comparison *comparison)
{
    return comparison->asked ? &comparison->of : NULL;
}

int run_against_finish(const struct run_options *options, const struct run_comparison *comparison, int status,
                       struct error *error)
{
    enum exit_status worse = outcome_worse((enum exit_status)status, comparison->status);

    if (!comparison->asked)
        return status;
    if (comparison->diff && prints_text(options)) {
        const struct render_options render = render_options_for(stdout);

        putchar('\n');
        if (diff_print_text(comparison->diff, &render, stdout) != 0)
            return outcome_told(
                worse, error_set(error, EXIT_ENVIRONMENT, -EIO, "cannot print the comparison"), error);
    }
    if (!comparison->diff && worse == comparison->status) {
        *error = comparison->refused;
        return error_prefix(error, -EINVAL, "against %s", options->against);
    }
    /* The run's own outcome is the worse one: what was not compared is told all the same. */
    if (!comparison->diff)
        fprintf(stderr, "tracetoll: against %s: %s\n", options->against, comparison->refused.message);
    return (int)worse;
}

void run_comparison_free(struct run_comparison *comparison)
{
    json_decref(comparison->diff);
    *comparison = (struct run_comparison){0};
}
