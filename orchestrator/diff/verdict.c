/* SPDX-License-Identifier: GPL-2.0 */
/* The verdict of a comparison, and its sentence. */
#include "base/i18n.h"
#include "orchestrator/diff/document.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/jsonio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The primary metric, else the first one with a change. */
static const json_t *main_row(const json_t *metrics)
{
    const json_t *row, *first = NULL;
    size_t i;

    json_array_foreach(metrics, i, row)
    {
        if (!document_at(row, "change"))
            continue;
        if (document_is_true(row, "primary"))
            return row;
        first = first ? first : row;
    }
    return first;
}

/* The format of the sentence, where there is a change. */
static const char *direction(const json_t *row, struct interval change)
{
    bool higher = strcmp(document_text(row, "better"), "higher") == 0;

    static const char rises[] = N_("The overhead has risen: %.60s went from %s to %s, a change by %s."),
                      falls[] = N_("The overhead has fallen: %.60s went from %s to %s, a change by %s.");

    if (change.low > 0)
        return higher ? falls : rises;
    if (change.high < 0)
        return higher ? rises : falls;
    return NULL;
}

static char *write_sentence(char *text, size_t size, const json_t *row, bool trusted)
{
    struct interval change = figure_interval(document_at(row, "change"));
    bool relative = figure_is_relative(row, "scale");
    const char *unit = document_text(row, "unit"), *moved = direction(row, change);
    char old[FIGURE_TEXT], new[FIGURE_TEXT], figure[FIGURE_TEXT];

    figure_change(old, sizeof(old), figure_interval(document_at(row, "old.effect")), relative, unit);
    figure_change(new, sizeof(new), figure_interval(document_at(row, "new.effect")), relative, unit);
    figure_change(figure, sizeof(figure), change, relative, unit);
    if (!trusted)
        snprintf(text, size,
                 N_("Nothing can be said of a change, since a document is not to be trusted (%.60s %s)."),
                 document_text(row, "name"), figure);
    else if (isnan(change.low) && isnan(change.high))
        snprintf(text, size, N_("Whether the overhead has changed can't be told: %.60s %s."),
                 document_text(row, "name"), figure);
    else if (moved)
        snprintf(text, size, moved, document_text(row, "name"), old, new, figure);
    else
        snprintf(text, size,
                 N_("No change of the overhead was found: %.60s %s in OLD, %s in NEW, a change by %s."),
                 document_text(row, "name"), old, new, figure);
    return text;
}

static void add_reasons(json_t *reasons, const json_t *metrics, const char *verdict, const char *format)
{
    const json_t *row;
    char text[200];
    size_t i;

    json_array_foreach(metrics, i, row)
    {
        if (strcmp(document_text(row, "verdict"), verdict) != 0)
            continue;
        snprintf(text, sizeof(text), format, document_text(row, "name"), document_text(row, "budget.text"));
        json_array_append_new(reasons, jsonio_text(text));
    }
}

struct outcome {
    const char *status;
    enum exit_status exit;
};

static struct outcome judge(const json_t *metrics, bool budgets, bool trusted, json_t *reasons)
{
    if (!budgets)
        return (struct outcome){"measured", EXIT_MEASURED};
    if (!trusted)
        json_array_append_new(reasons,
                              json_string(N_("a document is not to be trusted (see the warnings), so a "
                                             "budget's verdict counts for nothing")));
    if (json_array_size(reasons))
        return (struct outcome){"untrustworthy", EXIT_UNTRUSTWORTHY};
    add_reasons(reasons, metrics, "fail", N_("%.60s is worse than its budget allows (%.80s)"));
    if (json_array_size(reasons))
        return (struct outcome){"fail", EXIT_BUDGET};
    add_reasons(reasons, metrics, "inconclusive",
                N_("%.60s cannot be told from its budget; longer runs would tell (%.80s)"));
    if (json_array_size(reasons))
        return (struct outcome){"inconclusive", EXIT_INCONCLUSIVE};
    return (struct outcome){"pass", EXIT_MEASURED};
}

json_t *diff_compose_verdict(const json_t *metrics, bool budgets, bool trusted)
{
    json_t *reasons = json_array();
    struct outcome outcome = judge(metrics, budgets, trusted, reasons);
    char sentence[600];

    return json_pack("{s:s, s:i, s:o, s:o}", "status", outcome.status, "exit_status", (int)outcome.exit,
                     "sentence",
                     jsonio_text(write_sentence(sentence, sizeof(sentence), main_row(metrics), trusted)),
                     "reasons", reasons);
}
