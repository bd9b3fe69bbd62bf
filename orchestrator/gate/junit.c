/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JUnit XML of a gate: a suite for each run (reports/junit.h), and one for its comparison with the document
 * of before. What could not be judged is an error, what was not begun is skipped: green where the gate
 * passes.
 */
#include "base/cleanup.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/outcome.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/junit_comparison.h"
#include "reports/text.h"

#include <errno.h>
#include <string.h>

#define TEXT_MAX_BYTES 1000

struct page {
    struct junit_counts sum;
    enum exit_status open; /* what the scenario makes of an inconclusive run */
    bool against;          /* an earlier document */
    FILE *out;             /* NULL: only counted */
};

/* EXIT_MEASURED for one that was not begun: what ended the gate before it tells of itself. */
static enum exit_status exit_of(const json_t *run)
{
    return (enum exit_status)json_integer_value(json_object_get(run, "exit_status"));
}

static bool is_untrustworthy(const json_t *object, const char *path)
{
    return strcmp(document_text(object, path), gate_status_name(EXIT_UNTRUSTWORTHY)) == 0;
}

/* By what the gate knows and neither document nor comparison can: the guest's kernel complained. */
static bool gate_alone_distrusts(const json_t *run)
{
    return is_untrustworthy(run, "status") && !is_untrustworthy(run, "document.verdict.status") &&
           !is_untrustworthy(run, "regression.verdict.status");
}

static enum exit_status distrust(json_t *verdict, const json_t *run)
{
    json_object_set_new(verdict, "status", json_string(gate_status_name(EXIT_UNTRUSTWORTHY)));
    json_object_set_new(verdict, "reasons",
                        json_pack("[s]", document_text_or(run, "reason", "it is not to be trusted")));
    return EXIT_UNTRUSTWORTHY;
}

/* The run's document with what the scenario makes of it where it can't tell, and what the gate knows beside
 * it; half a run holds no budget. */
static json_t *judged_document(const struct page *page, const json_t *run)
{
    json_t *document = json_copy(json_object_get(run, "document"));
    json_t *verdict = json_copy(json_object_get(document, "verdict"));
    enum exit_status exit = (enum exit_status)json_integer_value(json_object_get(verdict, "exit_status"));

    if (exit_of(run) == EXIT_INTERRUPTED)
        exit = EXIT_INTERRUPTED;
    else if (gate_alone_distrusts(run))
        exit = distrust(verdict, run);
    else if (exit == EXIT_INCONCLUSIVE)
        exit = page->open;
    json_object_set_new(verdict, "exit_status", json_integer(exit));
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
    enum exit_status exit = exit_of(run);
    const struct junit_case failed = {
        .name = JUNIT_MEASUREMENT,
        .outcome = exit == EXIT_MEASURED ? JUNIT_SKIPPED
                   : exit == EXIT_BUDGET ? JUNIT_FAILED
                                         : JUNIT_ERROR,
        .type = document_text(run, "status"),
        .message = document_text_or(run, "reason", "no document came back"),
    };

    add_cases(page, document_text(run, "label"), &failed, 1);
}

/* With a base, each run that has a document is compared, or that was refused; see gate_compare(). */
static void add_comparison(struct page *page, const json_t *run)
{
    bool refused = strcmp(document_text(run, "status"), gate_status_name(EXIT_USAGE)) == 0;
    const struct junit_comparison comparison = {
        .diff = document_at(run, "regression"),
        .refused = refused ? document_text(run, "reason") : "it can't be compared with the one before",
        .open = page->open,
    };

    if (!page->against || (!comparison.diff && exit_of(run) == EXIT_INTERRUPTED))
        return;
    if (page->out)
        junit_comparison_suite(document_text(run, "label"), &comparison, page->out);
    else
        junit_comparison_count(&page->sum, &comparison);
}

static int add_run(struct page *page, const json_t *run)
{
    int result = 0;

    if (json_is_object(json_object_get(run, "document"))) {
        CLEANUP(jsonio_drop) json_t *document = judged_document(page, run);

        if (page->out)
            result = junit_suite(document, document_text(run, "label"), page->out);
        else
            junit_count(&page->sum, document);
        add_comparison(page, run);
    } else {
        add_failed(page, run);
    }
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
    struct page page = {.open = outcome_of_open(document_text(harmless, "scenario.given.inconclusive")),
                        .against = document_at(harmless, "scenario.given.against") != NULL};
    int result = harmless ? add_runs(&page, harmless) : -ENOMEM;

    if (result)
        return result;
    junit_begin(&page.sum, out);
    page.out = out;
    result = add_runs(&page, harmless);
    junit_end(out);
    return result ? result : ferror(out) ? -EIO : 0;
}
