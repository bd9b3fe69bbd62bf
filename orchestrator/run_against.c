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

int run_against(const struct run_options *options, const json_t *base, const json_t *document, int status,
                struct error *error)
{
    CLEANUP(jsonio_drop) json_t *diff = NULL;
    struct against against = {.base = base,
                              .base_file = options->against,
                              .new_file = options->output ? options->output : "this run",
                              .inconclusive = options->inconclusive,
                              .family = options->family,
                              .attempt = options->attempt};
    enum exit_status compared;

    if (!base)
        return status;
    if (read_budgets(options, &against.budgets, error))
        return -EINVAL;
    compared = against_compare(&against, document, &diff, error);
    if (diff && prints_text(options)) {
        const struct render_options render = render_options_for(stdout);

        putchar('\n');
        if (diff_print_text(diff, &render, stdout) != 0)
            return error_set(error, EXIT_ENVIRONMENT, -EIO, "cannot print the comparison");
    }
    if (!diff && outcome_worse((enum exit_status)status, compared) == compared)
        return error_prefix(error, -EINVAL, "against %s", options->against);
    return (int)outcome_worse((enum exit_status)status, compared);
}
