/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/junit.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/report_tables.h"
#include "reports/subject.h"
#include "reports/text.h"
#include "reports/xml.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define TEXT_MAX_BYTES 1000 /* of one text in the document */
#define TABLE_WIDTH    120

static bool is_status(const json_t *document, const char *status)
{
    return strcmp(document_text(document, "verdict.status"), status) == 0;
}

static bool has_exit(const json_t *document, enum exit_status status)
{
    return document_number(document, "verdict.exit_status") == status;
}

/* A PASS that nobody waited for, or of a run that does not trust itself, is none. */
static enum junit_outcome outcome_of_metric(const json_t *document, const json_t *metric)
{
    const char *verdict = document_text(metric, "verdict");
    bool inconclusive = is_status(document, "inconclusive");

    if (is_status(document, "untrustworthy"))
        return JUNIT_SKIPPED;
    if (strcmp(verdict, "fail") == 0)
        return JUNIT_FAILED;
    if (strcmp(verdict, "pass") == 0)
        return has_exit(document, EXIT_INTERRUPTED) ? JUNIT_SKIPPED : JUNIT_PASSED;
    /* --inconclusive pass and fail. */
    if (inconclusive && has_exit(document, EXIT_MEASURED))
        return JUNIT_SKIPPED;
    return inconclusive && has_exit(document, EXIT_BUDGET) ? JUNIT_FAILED : JUNIT_ERROR;
}

/* A name twice would be one case for a reader. */
static bool is_case(const json_t *document, const json_t *metric)
{
    return document_at(metric, "budget") &&
           document_metric(document, document_text(metric, "name")) == metric;
}

/* The next metric that is a case, from *index on; NULL at the end. */
static const json_t *next_case(const json_t *document, size_t *index)
{
    while (*index < document_count(document, "metrics") && *index < REPORT_ROWS_MAX) {
        const json_t *metric = document_item(document, "metrics", (*index)++);

        if (is_case(document, metric))
            return metric;
    }
    return NULL;
}

static void count_outcome(struct junit_counts *sum, enum junit_outcome outcome)
{
    sum->tests++;
    sum->failures += outcome == JUNIT_FAILED;
    sum->errors += outcome == JUNIT_ERROR;
    sum->skipped += outcome == JUNIT_SKIPPED;
}

static struct junit_counts count_metrics(const json_t *document)
{
    struct junit_counts sum = {0};
    const json_t *metric;
    size_t index = 0;

    while ((metric = next_case(document, &index)))
        count_outcome(&sum, outcome_of_metric(document, metric));
    return sum;
}

struct exit_type {
    enum exit_status status;
    const char *type;
};

/* What is wrong with the measurement itself, in a word. */
static const char *error_type(const json_t *document)
{
    static const struct exit_type types[] = {
        {EXIT_BUDGET, "budget"},           {EXIT_INCONCLUSIVE, "inconclusive"},
        {EXIT_UNSUPPORTED, "unsupported"}, {EXIT_TARGET, "target"},
        {EXIT_ENVIRONMENT, "environment"}, {EXIT_UNTRUSTWORTHY, "untrustworthy"},
        {EXIT_INTERRUPTED, "interrupted"}};

    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (has_exit(document, types[i].status))
            return types[i].type;
    return is_status(document, "untrustworthy") ? "untrustworthy" : "unknown";
}

/* Broken and undecided budgets are their own cases' matter. */
static enum junit_outcome outcome_of_measurement(const json_t *document)
{
    struct junit_counts metrics = count_metrics(document);

    if (is_status(document, "untrustworthy"))
        return JUNIT_ERROR;
    if (has_exit(document, EXIT_MEASURED))
        return JUNIT_PASSED;
    /* A FAIL that no metric has is the run's: an emergency, a load that the target killed. */
    if (has_exit(document, EXIT_BUDGET))
        return metrics.failures ? JUNIT_PASSED : JUNIT_FAILED;
    if (has_exit(document, EXIT_INCONCLUSIVE))
        return metrics.errors ? JUNIT_PASSED : JUNIT_ERROR;
    return JUNIT_ERROR;
}

static double seconds_of(const json_t *document)
{
    double seconds = document_number(document, "time.seconds");

    return seconds >= 0 && seconds < 1e9 ? seconds : 0;
}

void junit_count(struct junit_counts *sum, const json_t *document)
{
    struct junit_counts metrics = count_metrics(document);

    sum->tests += metrics.tests;
    sum->failures += metrics.failures;
    sum->errors += metrics.errors;
    sum->skipped += metrics.skipped;
    sum->seconds += seconds_of(document);
    count_outcome(sum, outcome_of_measurement(document));
}

void junit_count_cases(struct junit_counts *sum, const struct junit_case *cases, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        count_outcome(sum, cases[i].outcome);
}

/* --- writing --- */

static void print_counts(const struct junit_counts *sum, FILE *out)
{
    fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\"", sum->tests, sum->failures, sum->errors);
}

void junit_begin(const struct junit_counts *sum, FILE *out)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tracetoll\"", out);
    print_counts(sum, out);
    fprintf(out, " time=\"%.3f\">\n", sum->seconds);
}

void junit_end(FILE *out)
{
    fputs("</testsuites>\n", out);
}

static void open_suite(const char *name, const struct junit_counts *counts, const char *started, FILE *out)
{
    fputs("  <testsuite", out);
    xml_attribute(out, "name", name);
    print_counts(counts, out);
    fprintf(out, " skipped=\"%u\" time=\"%.3f\"", counts->skipped, counts->seconds);
    /* Ant's form has no zone; what it means is UTC. */
    if (strlen(started) == strlen("2001-01-01T00:00:00Z"))
        fprintf(out, " timestamp=\"%.19s\"", started);
    fputs(">\n", out);
}

/* Readers take what is before the last dot of a class for its package. */
static void open_case(const char *suite, const char *name, double seconds, FILE *out)
{
    OWNED_PTR char *class = strdup(suite);

    for (char *at = class; at && (at = strchr(at, '.'));)
        *at = '_';
    fputs("    <testcase classname=\"tracetoll.", out);
    xml_text(out, class ? class : "");
    fputc('"', out);
    xml_attribute(out, "name", name);
    fprintf(out, " time=\"%.3f\">\n", seconds);
}

static void print_outcome(enum junit_outcome outcome, const char *type, const char *message, const char *body,
                          FILE *out)
{
    static const char *const elements[] = {NULL, "failure", "error", "skipped"};

    if (elements[outcome]) {
        fprintf(out, "      <%s", elements[outcome]);
        xml_attribute(out, "type", type);
        xml_attribute(out, "message", message);
        fputc('>', out);
        xml_text(out, body);
        fprintf(out, "</%s>\n", elements[outcome]);
    } else {
        fputs("      <system-out>", out);
        xml_text(out, body);
        fputs("</system-out>\n", out);
    }
    fputs("    </testcase>\n", out);
}

void junit_cases(const char *name, const struct junit_case *cases, unsigned count, FILE *out)
{
    struct junit_counts counts = {0};

    junit_count_cases(&counts, cases, count);
    open_suite(name, &counts, "", out);
    for (unsigned i = 0; i < count; i++) {
        open_case(name, cases[i].name, 0, out);
        print_outcome(cases[i].outcome, cases[i].type, cases[i].message, cases[i].message, out);
    }
    fputs("  </testsuite>\n", out);
}

static const char *metric_message(const json_t *document, const json_t *metric, enum junit_outcome outcome)
{
    if (outcome == JUNIT_PASSED)
        return "within";
    if (outcome == JUNIT_FAILED && strcmp(document_text(metric, "verdict"), "fail") == 0)
        return "exceeds";
    if (is_status(document, "untrustworthy"))
        return "was not judged, as the measurement can't be trusted, against";
    return has_exit(document, EXIT_INTERRUPTED) ? "was not judged, as the run was interrupted, against"
                                                : "cannot be told from";
}

static const char *metric_type(const json_t *document, const json_t *metric)
{
    if (strcmp(document_text(metric, "verdict"), "fail") == 0 && !is_status(document, "untrustworthy"))
        return "budget";
    return is_status(document, "untrustworthy")   ? "untrustworthy"
           : has_exit(document, EXIT_INTERRUPTED) ? "interrupted"
                                                  : "inconclusive";
}

static void quantity_line(const char *label, double number, const char *unit, FILE *out)
{
    char text[FIGURE_TEXT];

    if (figure_quantity(text, sizeof(text), number, unit)[0])
        fprintf(out, "%s %s\n", label, text);
}

static void metric_body(const json_t *metric, FILE *out)
{
    const char *unit = document_text(metric, "unit"), *note = document_text(metric, "note");
    bool relative = figure_is_relative(metric, "effect.scale");
    char text[FIGURE_TEXT];

    fprintf(out, "%s\n", document_text_or(metric, "summary", document_text(metric, "name")));
    quantity_line("baseline:", document_number(metric, "baseline"), unit, out);
    quantity_line("with tool:", document_number(metric, "with_target"), unit, out);
    figure_change(text, sizeof(text), figure_interval(document_at(metric, "effect")), relative, unit);
    fprintf(out, "effect: %s%s\n", text[0] ? text : "no figure",
            text[0] && document_is_true(metric, "at_least") ? " (early, which overstates it)" : "");
    fprintf(out, "budget: %s\n", document_text_or(metric, "budget.text", "unknown"));
    if (figure_size(text, sizeof(text), document_number(metric, "detectable"), relative, unit)[0])
        fprintf(out, "smallest effect that it could have seen: %s\n", text);
    if (!isnan(document_number(metric, "needed_quads")))
        fprintf(out, "quads that would decide it: about %.0f\n", document_number(metric, "needed_quads"));
    if (note[0])
        fprintf(out, "%s\n", note);
}

static int metric_case(const json_t *document, const json_t *metric, const char *suite, FILE *out)
{
    enum junit_outcome outcome = outcome_of_metric(document, metric);
    const char *name = document_text_or(metric, "name", "unknown");
    bool relative = figure_is_relative(metric, "effect.scale");
    char change[FIGURE_TEXT], message[1600];
    OWNED_PTR char *body = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&body, &size);

    if (!memory)
        return -ENOMEM;
    metric_body(metric, memory);
    if (fclose(memory) != 0)
        return -ENOMEM;
    figure_change(change, sizeof(change), figure_interval(document_at(metric, "effect")), relative,
                  document_text(metric, "unit"));
    snprintf(message, sizeof(message), "%.200s %s %s its budget (%.1000s)", name,
             change[0] ? change : "(no figure)", metric_message(document, metric, outcome),
             document_text_or(metric, "budget.text", "unknown"));
    open_case(suite, name, 0, out);
    print_outcome(outcome, metric_type(document, metric), message, body, out);
    return 0;
}

static void measurement_body(const json_t *document, FILE *out)
{
    fprintf(out, "%s\n", document_text_or(document, "verdict.sentence", "no conclusion"));
    for (size_t i = 0; i < document_count(document, "verdict.reasons") && i < REPORT_ROWS_MAX; i++) {
        const char *reason = json_string_value(document_item(document, "verdict.reasons", i));

        fprintf(out, "- %s\n", reason ? reason : "");
    }
    for (size_t i = 0; i < document_count(document, "checks") && i < REPORT_ROWS_MAX; i++) {
        const json_t *check = document_item(document, "checks", i), *ok = document_at(check, "ok");

        fprintf(out, "check %s: %s\n", document_text(check, "name"),
                !json_is_boolean(ok) ? "could not be made"
                : json_is_true(ok)   ? "holds"
                                     : "does not hold");
    }
}

/* It has the time of them all: readers add up. */
static int measurement_case(const json_t *document, const char *suite, FILE *out)
{
    const char *reason = json_string_value(document_item(document, "verdict.reasons", 0));
    enum junit_outcome outcome = outcome_of_measurement(document);
    OWNED_PTR char *body = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&body, &size);

    if (!memory)
        return -ENOMEM;
    measurement_body(document, memory);
    if (fclose(memory) != 0)
        return -ENOMEM;
    open_case(suite, JUNIT_MEASUREMENT, seconds_of(document), out);
    print_outcome(outcome, error_type(document),
                  reason ? reason : document_text_or(document, "verdict.sentence", "no conclusion"), body,
                  out);
    return 0;
}

static void print_property(const char *name, const char *value, FILE *out)
{
    if (!value[0])
        return;
    fputs("      <property", out);
    xml_attribute(out, "name", name);
    xml_attribute(out, "value", value);
    fputs("/>\n", out);
}

static void print_properties(const json_t *document, FILE *out)
{
    static const char *const paths[] = {"environment.kernel.release",
                                        "environment.kernel.version",
                                        "environment.kernel.architecture",
                                        "environment.cpu.model",
                                        "environment.cpu.online",
                                        "environment.memory_bytes",
                                        "environment.virtualisation",
                                        "environment.clock_source",
                                        "environment.steal_share",
                                        "environment.config.preempt",
                                        "environment.config.fingerprint",
                                        "environment.versions.libbpf",
                                        "environment.versions.target",
                                        "workload.text",
                                        "workload.topology.name",
                                        "design.seed",
                                        "design.quads",
                                        "design.stopped_by",
                                        "tool.version",
                                        "tool.revision",
                                        "verdict.status",
                                        "verdict.exit_status",
                                        "command.repeat"};

    fputs("    <properties>\n", out);
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        double number = document_number(document, paths[i]);
        char text[40];

        snprintf(text, sizeof(text), "%.15g", number);
        print_property(paths[i], isnan(number) ? document_text(document, paths[i]) : text, out);
    }
    fputs("    </properties>\n", out);
}

/* What has no budget is no case: a green one that can't turn red says nothing. Its figures are here. */
static int print_indicators(const json_t *document, FILE *out)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    struct table table;
    int result;

    if (!memory)
        return -ENOMEM;
    report_metrics_table(&table, document, REPORT_PLAIN);
    result = document_count(document, "metrics") ? table_print(&table, memory, 0, TABLE_WIDTH) : 0;
    table_free(&table);
    if (fclose(memory) != 0 || result)
        return -ENOMEM;
    fputs("    <system-out>", out);
    xml_text(out, text);
    fputs("</system-out>\n", out);
    return 0;
}

static void print_warnings(const json_t *document, FILE *out)
{
    size_t count = document_count(document, "warnings");

    if (count == 0)
        return;
    fputs("    <system-err>", out);
    for (size_t i = 0; i < count && i < REPORT_ROWS_MAX; i++) {
        const json_t *warning = document_item(document, "warnings", i);

        xml_text(out, document_text(warning, "code"));
        fputs(": ", out);
        xml_text(out, document_text(warning, "text"));
        fputc('\n', out);
    }
    fputs("</system-err>\n", out);
}

static int print_cases(const json_t *document, const char *suite, FILE *out)
{
    int result = measurement_case(document, suite, out);
    const json_t *metric;
    size_t index = 0;

    while (result == 0 && (metric = next_case(document, &index)))
        result = metric_case(document, metric, suite, out);
    return result;
}

static int print_suite(const json_t *document, const char *suite, FILE *out)
{
    struct junit_counts counts = {0};
    int result;

    junit_count(&counts, document);
    open_suite(suite, &counts, document_text(document, "time.started"), out);
    print_properties(document, out);
    result = print_cases(document, suite, out);
    if (result == 0)
        result = print_indicators(document, out);
    print_warnings(document, out);
    fputs("  </testsuite>\n", out);
    return result;
}

int junit_suite(const json_t *document, const char *name, FILE *out)
{
    json_t *harmless = text_harmless(document, TEXT_MAX_BYTES);
    OWNED_PTR char *own = harmless && !name ? subject(harmless) : NULL;
    int result = harmless && (name || own) ? print_suite(harmless, name ? name : own, out) : -ENOMEM;

    json_decref(harmless);
    return result;
}
