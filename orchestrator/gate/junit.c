/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JUnit XML as CI servers read it: a suite for each run, a case for each indicator that has a budget, and one
 * for the run itself where there is none. What could not be judged is an error, what was not begun is
 * skipped.
 */
#include "base/cleanup.h"
#include "orchestrator/gate/gate.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/text.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define TEXT_MAX_BYTES 1000

struct counts {
    unsigned tests, failures, errors, skipped;
};

/* Characters that XML takes for its own; control characters are gone already (text_harmless). */
static void print_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        const char *entity = *text == '<'   ? "&lt;"
                             : *text == '>' ? "&gt;"
                             : *text == '&' ? "&amp;"
                             : *text == '"' ? "&quot;"
                                            : NULL;

        if (entity)
            fputs(entity, out);
        else
            fputc(*text, out);
    }
}

static void print_attribute(FILE *out, const char *name, const char *text)
{
    fprintf(out, " %s=\"", name);
    print_escaped(out, text);
    fputc('"', out);
}

static void print_outcome(FILE *out, const char *element, const char *type, const char *text)
{
    fprintf(out, "      <%s", element);
    if (type)
        print_attribute(out, "type", type);
    print_attribute(out, "message", text);
    fputs("/>\n", out);
}

/* What stands below a case of this status; NULL: nothing, it has passed. */
static const char *element_of(const char *status)
{
    if (strcmp(status, "fail") == 0)
        return "failure";
    if (strcmp(status, "not_run") == 0)
        return "skipped";
    return strcmp(status, "pass") == 0 || strcmp(status, "measured") == 0 ? NULL : "error";
}

static void count(struct counts *counts, const char *status)
{
    const char *element = element_of(status);

    counts->tests++;
    counts->failures += element && strcmp(element, "failure") == 0;
    counts->errors += element && strcmp(element, "error") == 0;
    counts->skipped += element && strcmp(element, "skipped") == 0;
}

/* out NULL: only counted. */
static void add_case(FILE *out, struct counts *counts, const json_t *run, const char *name,
                     const char *status, const char *text, double seconds)
{
    const char *element = element_of(status);

    count(counts, status);
    if (!out)
        return;
    fputs("    <testcase", out);
    print_attribute(out, "classname", document_text(run, "label"));
    print_attribute(out, "name", name);
    fprintf(out, " time=\"%.3f\"", isnan(seconds) ? 0 : seconds);
    fputs(element ? ">\n" : "/>\n", out);
    if (!element)
        return;
    print_outcome(out, element, strcmp(element, "skipped") == 0 ? NULL : status, text);
    fputs("    </testcase>\n", out);
}

/* Of an indicator: its change with the interval, and the budget. The run's own trouble comes first: no
 * figure of an untrustworthy run passes. */
static void add_judged(FILE *out, struct counts *counts, const json_t *run, const json_t *list,
                       const char *key, const char *prefix)
{
    const char *status = document_text(run, "status");
    bool doubtful = strcmp(status, "untrustworthy") == 0 || strcmp(status, "interrupted") == 0;
    const json_t *row;
    size_t i;

    json_array_foreach(list, i, row)
    {
        const json_t *change = document_at(row, key);
        bool relative =
            strcmp(document_text_or(row, "effect.scale", document_text(row, "scale")), "relative") == 0;
        char name[160], figure[FIGURE_TEXT], text[320];

        if (!document_at(row, "budget"))
            continue;
        snprintf(name, sizeof(name), "%s%.100s", prefix, document_text(row, "name"));
        snprintf(text, sizeof(text), "%s, budget %.100s",
                 figure_change(figure, sizeof(figure), figure_interval(change), relative,
                               document_text(row, "unit")),
                 document_text(row, "budget.text"));
        add_case(out, counts, run, name, doubtful ? status : document_text(row, "verdict"), text, 0);
    }
}

/* The run as a case of its own, too: what has no figure has to be seen. */
static void add_run(FILE *out, struct counts *counts, const json_t *run)
{
    const char *status = document_text(run, "status");

    add_case(out, counts, run, "run",
             strcmp(status, "fail") == 0 || strcmp(status, "inconclusive") == 0 ? "measured" : status,
             document_text_or(run, "reason", document_text(run, "document.verdict.sentence")),
             document_number(run, "seconds"));
    add_judged(out, counts, run, document_at(run, "document.metrics"), "effect", "");
    add_judged(out, counts, run, document_at(run, "regression.metrics"), "change", "regression of ");
}

static void print_counts(FILE *out, const struct counts *counts, double seconds)
{
    fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\"", counts->tests,
            counts->failures, counts->errors, counts->skipped, isnan(seconds) ? 0 : seconds);
}

static void print_suite(FILE *out, const json_t *run)
{
    struct counts counts = {0}, again = {0};

    add_run(NULL, &counts, run);
    fputs("  <testsuite", out);
    print_attribute(out, "name", document_text(run, "label"));
    print_counts(out, &counts, document_number(run, "seconds"));
    fputs(">\n", out);
    add_run(out, &again, run);
    fputs("  </testsuite>\n", out);
}

int gate_print_junit(const json_t *document, FILE *out)
{
    json_t *harmless = text_harmless(document, TEXT_MAX_BYTES);
    struct counts all = {0};
    const json_t *run;
    size_t i;

    if (!harmless)
        return -ENOMEM;
    json_array_foreach(document_at(harmless, "runs"), i, run)
    {
        add_run(NULL, &all, run);
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
    print_attribute(out, "name",
                    document_text_or(harmless, "scenario.name", document_text(harmless, "scenario.file")));
    fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\">\n", all.tests,
            all.failures, all.errors, all.skipped, document_number(harmless, "time.seconds"));
    json_array_foreach(document_at(harmless, "runs"), i, run)
    {
        print_suite(out, run);
    }
    fputs("</testsuites>\n", out);
    json_decref(harmless);
    return ferror(out) ? -EIO : 0;
}
