/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JUnit XML of a gate: a suite for each run (reports/junit.h), and one for what is worse than the document of
 * before. What could not be judged is an error, what was not begun is skipped: green where the gate passes.
 */
#include "base/cleanup.h"
#include "orchestrator/gate/gate.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/jsonio.h"
#include "reports/junit.h"
#include "reports/text.h"

#include <errno.h>
#include <string.h>

#define TEXT_MAX_BYTES 1000
#define CASES_MAX      64

struct page {
    struct junit_counts sum;
    FILE *out; /* NULL: only counted */
};

/* The run's document; where it can't tell, with what the scenario makes of that. */
static json_t *judged_document(const json_t *run)
{
    json_t *document = json_copy(json_object_get(run, "document"));
    json_t *verdict = json_copy(json_object_get(document, "verdict"));

    if (strcmp(document_text(verdict, "status"), "inconclusive") == 0)
        json_object_set(verdict, "exit_status", json_object_get(run, "exit_status"));
    json_object_set_new(document, "verdict", verdict);
    return document;
}

static void add_cases(struct page *page, const char *name, const struct junit_case *cases, unsigned count)
{
    if (page->out)
        junit_cases(name, cases, count, page->out);
    else
        junit_count_cases(&page->sum, cases, count);
}

static void add_failed(struct page *page, const json_t *run)
{
    const char *status = document_text(run, "status");
    const struct junit_case failed = {
        .name = JUNIT_MEASUREMENT,
        .outcome = strcmp(status, "not_run") == 0 ? JUNIT_SKIPPED : JUNIT_ERROR,
        .type = status,
        .message = document_text_or(run, "reason", "no document came back"),
    };

    add_cases(page, document_text(run, "label"), &failed, 1);
}

static enum junit_outcome outcome_of(const char *verdict)
{
    return strcmp(verdict, "fail") == 0   ? JUNIT_FAILED
           : strcmp(verdict, "pass") == 0 ? JUNIT_PASSED
                                          : JUNIT_ERROR;
}

/* Of an overhead with a limit: its change with the interval, and the limit. */
static void add_regression(struct page *page, const json_t *run)
{
    struct junit_case cases[CASES_MAX];
    char messages[CASES_MAX][320], label[200];
    const json_t *row;
    unsigned count = 0;
    size_t i;

    json_array_foreach(document_at(run, "regression.metrics"), i, row)
    {
        const char *verdict = document_text(row, "verdict");
        char figure[FIGURE_TEXT];

        if (!document_at(row, "budget") || count == CASES_MAX)
            continue;
        figure_change(figure, sizeof(figure), figure_interval(document_at(row, "change")),
                      figure_is_relative(row, "scale"), document_text(row, "unit"));
        snprintf(messages[count], sizeof(messages[count]), "%s, budget %.100s", figure,
                 document_text(row, "budget.text"));
        cases[count] =
            (struct junit_case){document_text(row, "name"), outcome_of(verdict), verdict, messages[count]};
        count++;
    }
    snprintf(label, sizeof(label), "%.150s, against before", document_text(run, "label"));
    if (count)
        add_cases(page, label, cases, count);
}

static int add_run(struct page *page, const json_t *run)
{
    int result = 0;

    if (json_is_object(json_object_get(run, "document"))) {
        CLEANUP(jsonio_drop) json_t *document = judged_document(run);

        if (page->out)
            result = junit_suite(document, document_text(run, "label"), page->out);
        else
            junit_count(&page->sum, document);
    } else {
        add_failed(page, run);
    }
    add_regression(page, run);
    return result;
}

static int add_runs(struct page *page, const json_t *gate)
{
    const json_t *run;
    int result = 0;
    size_t i;

    json_array_foreach(document_at(gate, "runs"), i, run)
    {
        if (result == 0)
            result = add_run(page, run);
    }
    return result;
}

int gate_print_junit(const json_t *document, FILE *out)
{
    CLEANUP(jsonio_drop) json_t *harmless = text_harmless(document, TEXT_MAX_BYTES);
    struct page page = {0};
    int result = harmless ? add_runs(&page, harmless) : -ENOMEM;

    if (result)
        return result;
    junit_begin(&page.sum, out);
    page.out = out;
    result = add_runs(&page, harmless);
    junit_end(out);
    return result ? result : ferror(out) ? -EIO : 0;
}
