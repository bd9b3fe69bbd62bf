/* SPDX-License-Identifier: GPL-2.0 */
/*
 * OpenMetrics text (openmetrics.io, 1.0) that is Prometheus' text format as well, so that the same file suits
 * the textfile collector of the node exporter: gauges alone (the other types are spelled differently), no
 * timestamps (the collector refuses them), base units. What is not known has no sample: NaN would be a
 * sample.
 */
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/openmetrics.h"
#include "reports/renderer.h"
#include "reports/report_tables.h"
#include "reports/subject.h"
#include "reports/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TEXT_MAX_BYTES 400 /* of one text in the document */

struct page {
    const json_t *document;
    FILE *out;
    const char *family;                     /* whose header has been printed */
    const char *targets[2];                 /* labels; the second NULL where one was measured */
    const json_t *metrics[2];               /* theirs */
    const struct openmetrics_unit *written; /* unit of `family` */
};

/* A label's value: also newlines are escaped, but of those text_harmless() has left none. */
static void print_label(const char *separator, const char *name, const char *value, FILE *out)
{
    fprintf(out, "%s%s=\"", separator, name);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            fputc('\\', out);
        fputc(*value, out);
    }
    fputc('"', out);
}

/* Of what a run is told by; a label without a value is the same as none. */
static void print_labels(const struct page *page, const char *target)
{
    static const char *const labels[][2] = {{"workload", "workload.text"},
                                            {"topology", "workload.topology.name"},
                                            {"kernel", "environment.kernel.release"}};

    print_label("{", "target", target, page->out);
    for (size_t i = 0; i < ARRAY_SIZE(labels); i++)
        print_label(",", labels[i][0], document_text(page->document, labels[i][1]), page->out);
}

/* The shortest text that gives the number back. */
static void print_value(double number, FILE *out)
{
    char text[40];

    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    fprintf(out, "} %s\n", text);
}

/* Once before the first sample of a family; `unit` may be NULL. */
static void print_header(struct page *page, const char *family, const struct openmetrics_unit *unit,
                         const char *help)
{
    const char *suffix = unit ? unit->suffix : "", *underscore = unit ? "_" : "";

    if (page->family && strcmp(page->family, family) == 0 && page->written == unit)
        return;
    page->family = family;
    page->written = unit;
    fprintf(page->out, "# HELP tracetoll_%s%s%s %s\n", family, underscore, suffix, help);
    fprintf(page->out, "# TYPE tracetoll_%s%s%s gauge\n", family, underscore, suffix);
    if (unit)
        fprintf(page->out, "# UNIT tracetoll_%s%s%s %s\n", family, underscore, suffix, suffix);
}

static void open_sample(struct page *page, const char *target)
{
    const char *suffix = page->written ? page->written->suffix : "";

    fprintf(page->out, "tracetoll_%s%s%s", page->family, page->written ? "_" : "", suffix);
    print_labels(page, target);
}

/* --- figures of metrics --- */

enum scale {
    RELATIVE, /* the path that `scale_path` names says "relative": a ratio */
    ABSOLUTE, /* it does not, or there is none: in the metric's unit */
};

struct quantity {
    const char *family, *help, *path;
    const char *scale_path;
    enum scale scale;
};

static const struct quantity quantities[] = {
    {"effect", "Relative change of a metric with the target on, 0.05 is 5 % more.", "effect.estimate",
     "effect.scale", RELATIVE},
    {"effect_low", "Lower end of the interval of the relative change.", "effect.low", "effect.scale",
     RELATIVE},
    {"effect_high", "Upper end of the interval of the relative change.", "effect.high", "effect.scale",
     RELATIVE},
    {"effect_detectable", "Smallest relative change that the run would have seen nine times in ten.",
     "detectable", "effect.scale", RELATIVE},
    {"effect_limit", "Budget: how much worse a metric may get, relative to the baseline.", "budget.limit",
     "budget.scale", RELATIVE},
    {"baseline", "A metric with the target off.", "baseline", NULL, ABSOLUTE},
    {"with_target", "A metric with the target on.", "with_target", NULL, ABSOLUTE},
    {"added", "Change of a metric with the target on.", "absolute.estimate", NULL, ABSOLUTE},
    {"added_low", "Lower end of the interval of the change.", "absolute.low", NULL, ABSOLUTE},
    {"added_high", "Upper end of the interval of the change.", "absolute.high", NULL, ABSOLUTE},
    {"added_detectable", "Smallest change that the run would have seen nine times in ten.", "detectable",
     "effect.scale", ABSOLUTE},
    {"added_limit", "Budget: how much worse a metric may get.", "budget.limit", "budget.scale", ABSOLUTE},
};

/* The unit of a quantity of this metric, or NULL: none that has a name here. */
static const struct openmetrics_unit *unit_of(const struct quantity *quantity, const json_t *metric)
{
    return openmetrics_unit(quantity->scale == RELATIVE ? "share" : document_text(metric, "unit"));
}

/* NaN: this metric has no such quantity. */
static double value_of(const struct quantity *quantity, const json_t *metric)
{
    bool relative =
        quantity->scale_path && strcmp(document_text(metric, quantity->scale_path), "relative") == 0;

    return relative == (quantity->scale == RELATIVE) ? document_number(metric, quantity->path) : NAN;
}

/* Two samples of one name would make the whole file unreadable. */
static bool is_first_of_its_name(const json_t *metrics, const json_t *metric)
{
    return document_named(metrics, document_text(metric, "name")) == metric;
}

static void print_figure(struct page *page, const struct quantity *quantity, const json_t *metric,
                         const char *target)
{
    const struct openmetrics_unit *unit = unit_of(quantity, metric);

    print_header(page, quantity->family, unit, quantity->help);
    open_sample(page, target);
    print_label(",", "metric", document_text(metric, "name"), page->out);
    if (!unit)
        print_label(",", "unit", document_text(metric, "unit"), page->out);
    print_value(value_of(quantity, metric) * (unit ? unit->factor : 1), page->out);
}

/* All samples of a quantity in one unit: a family's samples stand together. */
static void print_family(struct page *page, const struct quantity *quantity,
                         const struct openmetrics_unit *unit)
{
    for (size_t i = 0; i < ARRAY_SIZE(page->targets) && page->targets[i]; i++)
        for (size_t j = 0; j < json_array_size(page->metrics[i]) && j < REPORT_ROWS_MAX; j++) {
            const json_t *metric = json_array_get(page->metrics[i], j);

            if (unit_of(quantity, metric) == unit && !isnan(value_of(quantity, metric)) &&
                is_first_of_its_name(page->metrics[i], metric))
                print_figure(page, quantity, metric, page->targets[i]);
        }
}

/* Has a metric before the j-th of the i-th target the same unit? */
static bool is_unit_done(const struct page *page, const struct quantity *quantity, size_t i, size_t j)
{
    const struct openmetrics_unit *unit = unit_of(quantity, json_array_get(page->metrics[i], j));

    for (size_t target = 0; target <= i; target++)
        for (size_t k = 0; k < (target == i ? j : json_array_size(page->metrics[target])); k++)
            if (unit_of(quantity, json_array_get(page->metrics[target], k)) == unit)
                return true;
    return false;
}

static void print_quantity(struct page *page, const struct quantity *quantity)
{
    for (size_t i = 0; i < ARRAY_SIZE(page->targets) && page->targets[i]; i++)
        for (size_t j = 0; j < json_array_size(page->metrics[i]) && j < REPORT_ROWS_MAX; j++)
            if (!is_unit_done(page, quantity, i, j))
                print_family(page, quantity, unit_of(quantity, json_array_get(page->metrics[i], j)));
}

/* --- the run --- */

struct states {
    const char *family, *help;
    const char *names[6]; /* NULL-ended */
};

/* One sample for each state, 1 for the one that it is in; none for a state that is not known. */
static void print_states(struct page *page, const struct states *states, const char *state,
                         const char *metric)
{
    bool known = false;

    for (const char *const *at = states->names; *at; at++)
        known = known || strcmp(*at, state) == 0;
    if (known)
        print_header(page, states->family, NULL, states->help);
    for (const char *const *at = states->names; known && *at; at++) {
        open_sample(page, page->targets[0]);
        if (metric)
            print_label(",", "metric", metric, page->out);
        print_label(",", "verdict", *at, page->out);
        print_value(strcmp(*at, state) == 0, page->out);
    }
}

static void print_verdicts(struct page *page)
{
    static const struct states of_run = {"verdict",
                                         "Verdict of the run: 1 for the one that was given.",
                                         {"pass", "fail", "inconclusive", "untrustworthy", "measured"}};
    static const struct states of_metric = {
        "metric_verdict", "Verdict on a metric with a budget.", {"pass", "fail", "inconclusive"}};

    print_states(page, &of_run, document_text(page->document, "verdict.status"), NULL);
    for (size_t i = 0; i < json_array_size(page->metrics[0]) && i < REPORT_ROWS_MAX; i++) {
        const json_t *metric = json_array_get(page->metrics[0], i);

        if (document_at(metric, "budget") && is_first_of_its_name(page->metrics[0], metric))
            print_states(page, &of_metric, document_text(metric, "verdict"), document_text(metric, "name"));
    }
}

static void print_number(struct page *page, const char *family, const struct openmetrics_unit *unit,
                         const char *help, double number)
{
    if (isnan(number))
        return;
    print_header(page, family, unit, help);
    open_sample(page, page->targets[0]);
    print_value(number, page->out);
}

/* Seconds since 1970 of "2001-01-01T00:00:31Z"; NaN for anything else. */
static double unix_seconds(const char *text)
{
    struct tm time = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &time);

    return end && !*end ? (double)timegm(&time) : NAN;
}

static void print_checks(struct page *page)
{
    const json_t *checks = document_at(page->document, "checks");

    for (size_t i = 0; i < json_array_size(checks) && i < REPORT_ROWS_MAX; i++) {
        const json_t *check = json_array_get(checks, i), *ok = document_at(check, "ok");

        if (!json_is_boolean(ok) || !is_first_of_its_name(checks, check))
            continue;
        print_header(page, "check", NULL, "A check of the run of itself: 1 holds, 0 does not.");
        open_sample(page, page->targets[0]);
        print_label(",", "check", document_text(check, "name"), page->out);
        print_value(json_is_true(ok), page->out);
    }
}

static void print_run(struct page *page)
{
    static const struct openmetrics_unit seconds = {"s", "seconds", 1};
    const json_t *document = page->document;

    print_verdicts(page);
    print_number(page, "exit_status", NULL, "Exit status of the run.",
                 document_number(document, "verdict.exit_status"));
    print_checks(page);
    print_number(page, "warnings", NULL, "Warnings of the run.",
                 (double)document_count(document, "warnings"));
    print_number(page, "quads", NULL, "Valid quads (repetitions) behind the figures.",
                 document_number(document, "design.quads"));
    print_number(page, "duration", &seconds, "Length of the run.", document_number(document, "time.seconds"));
    print_number(page, "finished_timestamp", &seconds, "End of the run, since 1970.",
                 unix_seconds(document_text(document, "time.finished")));
}

static void print_all(struct page *page)
{
    print_run(page);
    for (size_t i = 0; i < ARRAY_SIZE(quantities); i++)
        print_quantity(page, &quantities[i]);
    fputs("# EOF\n", page->out);
}

static int render(const json_t *document, const struct render_options *options, FILE *out)
{
    json_t *harmless = text_harmless(document, TEXT_MAX_BYTES);
    OWNED_PTR char *first = harmless ? subject_target(harmless) : NULL;
    OWNED_PTR char *second =
        first && document_at(harmless, "versus") ? subject_second_target(harmless) : NULL;
    bool complete = first && (second || !document_at(harmless, "versus"));

    (void)options;
    if (complete)
        print_all(&(struct page){
            .document = harmless,
            .out = out,
            .targets = {first, second},
            .metrics = {document_at(harmless, "metrics"), document_at(harmless, "versus.metrics")}});
    json_decref(harmless);
    return !complete ? -ENOMEM : ferror(out) ? -EIO : 0;
}

const struct renderer renderer_openmetrics = {
    .name = "openmetrics",
    .summary = "gauges for the node exporter's textfile collector, and OpenMetrics",
    .media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8",
    .render = render,
};
