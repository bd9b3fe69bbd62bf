/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/junit_comparison.h"
#include "reports/document.h"
#include "reports/figures.h"

#include <string.h>

#define CASES_MAX 64 /* metrics are fewer */

/* The comparison itself comes first. */
struct cases {
    struct junit_case cases[CASES_MAX];
    char messages[CASES_MAX][320];
    unsigned count;
};

static bool is_status(const struct junit_comparison *comparison, const char *status)
{
    return strcmp(document_text(comparison->diff, "verdict.status"), status) == 0;
}

static enum junit_outcome outcome_of_open(const struct junit_comparison *comparison)
{
    return comparison->open == EXIT_MEASURED ? JUNIT_SKIPPED
           : comparison->open == EXIT_BUDGET ? JUNIT_FAILED
                                             : JUNIT_ERROR;
}

/* Of documents that are not to be trusted, a verdict counts for nothing. */
static enum junit_outcome outcome_of_row(const struct junit_comparison *comparison, const char *verdict)
{
    if (is_status(comparison, "untrustworthy"))
        return JUNIT_SKIPPED;
    if (strcmp(verdict, "inconclusive") == 0)
        return outcome_of_open(comparison);
    return strcmp(verdict, "fail") == 0   ? JUNIT_FAILED
           : strcmp(verdict, "pass") == 0 ? JUNIT_PASSED
                                          : JUNIT_ERROR;
}

/* Of an overhead with a limit: its change with the interval, and the limit. */
static void add_row(struct cases *made, const struct junit_comparison *comparison, const json_t *row)
{
    const char *verdict = document_text(row, "verdict");
    char *message = made->messages[made->count], figure[FIGURE_TEXT];

    figure_change(figure, sizeof(figure), figure_interval(document_at(row, "change")),
                  figure_is_relative(row, "scale"), document_text(row, "unit"));
    snprintf(message, sizeof(made->messages[0]), "%s, budget %.100s", figure,
             document_text(row, "budget.text"));
    made->cases[made->count++] = (struct junit_case){document_text(row, "name"),
                                                     outcome_of_row(comparison, verdict), verdict, message};
}

static unsigned count_rows(const struct cases *made, enum junit_outcome outcome)
{
    unsigned count = 0;

    for (unsigned i = 1; i < made->count; i++)
        count += made->cases[i].outcome == outcome;
    return count;
}

/* Broken and undecided budgets are their own cases' matter. */
static enum junit_outcome outcome_of_itself(const struct junit_comparison *comparison,
                                            const struct cases *made)
{
    if (is_status(comparison, "pass") || is_status(comparison, "measured"))
        return JUNIT_PASSED;
    if (is_status(comparison, "fail"))
        return count_rows(made, JUNIT_FAILED) ? JUNIT_PASSED : JUNIT_FAILED;
    if (is_status(comparison, "inconclusive"))
        return count_rows(made, outcome_of_open(comparison)) ? JUNIT_PASSED : outcome_of_open(comparison);
    return JUNIT_ERROR;
}

static void make_cases(struct cases *made, const struct junit_comparison *comparison)
{
    const json_t *row;
    size_t i;

    made->count = 1;
    json_array_foreach(document_at(comparison->diff, "metrics"), i, row)
    {
        if (document_at(row, "budget") && made->count < CASES_MAX)
            add_row(made, comparison, row);
    }
    made->cases[0] = (struct junit_case){
        .name = JUNIT_COMPARISON,
        .outcome = outcome_of_itself(comparison, made),
        .type = comparison->diff ? document_text(comparison->diff, "verdict.status") : "refused",
        .message = comparison->diff ? document_text_or(comparison->diff, "verdict.reasons.0",
                                                       document_text(comparison->diff, "verdict.sentence"))
                                    : comparison->refused,
    };
}

void junit_comparison_count(struct junit_counts *sum, const struct junit_comparison *comparison)
{
    struct cases made;

    make_cases(&made, comparison);
    junit_count_cases(sum, made.cases, made.count);
}

void junit_comparison_suite(const char *name, const struct junit_comparison *comparison, FILE *out)
{
    struct cases made;
    char label[320];

    make_cases(&made, comparison);
    snprintf(label, sizeof(label), "%.280s, against before", name);
    junit_cases(label, made.cases, made.count, out);
}
