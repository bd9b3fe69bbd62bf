/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An array of {name, unit, value, range, extra}: what github-action-benchmark takes as
 * "customSmallerIsBetter". Each value is an overhead; where more is better (throughput) it is what was lost,
 * so that one file suits one direction. A run that does not trust itself gives an empty array: its figures
 * belong into no trend.
 */
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/jsonio.h"
#include "reports/renderer.h"
#include "reports/report_tables.h"
#include "reports/subject.h"
#include "reports/text.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define TEXT_MAX_BYTES 400 /* of one text in the document */

/* What the change costs: its sign and unit are those of the entry. */
static struct interval cost_of(const json_t *metric)
{
    struct interval effect = figure_interval(document_at(metric, "effect"));
    double factor = figure_is_relative(metric, "effect.scale") ? 100 : 1;

    if (strcmp(document_text(metric, "better"), "higher") == 0)
        return (struct interval){-factor * effect.estimate, -factor * effect.high, -factor * effect.low};
    return (struct interval){factor * effect.estimate, factor * effect.low, factor * effect.high};
}

static const char *unit_of(const json_t *metric)
{
    const char *unit = document_text_or(metric, "unit", "count");

    return figure_is_relative(metric, "effect.scale") ? "%" : unit;
}

/* The interval in full, and what it is a change of. */
static char *extra_of(const json_t *document, const json_t *metric, struct interval cost)
{
    const char *unit = document_text(metric, "unit");
    char baseline[FIGURE_TEXT], with[FIGURE_TEXT], *text;

    figure_quantity(baseline, sizeof(baseline), document_number(metric, "baseline"), unit);
    figure_quantity(with, sizeof(with), document_number(metric, "with_target"), unit);
    if (asprintf(&text,
                 "interval [%.6g, %.6g] %s\nbaseline %s, with tool %s\nverdict %s, kernel %s, tracetoll %s",
                 cost.low, cost.high, unit_of(metric), baseline[0] ? baseline : "unknown",
                 with[0] ? with : "unknown", document_text_or(metric, "verdict", "unknown"),
                 document_text_or(document, "environment.kernel.release", "unknown"),
                 document_text_or(document, "tool.version", "unknown")) < 0)
        return NULL;
    return text;
}

/* Takes what it is given in every case; -ENOMEM when a part could not be made. */
static int add_entry(json_t *entries, const json_t *document, const json_t *metric, const char *about)
{
    struct interval cost = cost_of(metric);
    OWNED_PTR char *extra = NULL, *name = NULL;
    bool higher = strcmp(document_text(metric, "better"), "higher") == 0;
    char range[40];

    if (isnan(cost.estimate) || isnan(cost.low) || isnan(cost.high))
        return 0;
    extra = extra_of(document, metric, cost);
    if (!extra ||
        asprintf(&name, "%s: %s%s", about, document_text(metric, "name"), higher ? " lost" : "") < 0)
        return -ENOMEM;
    snprintf(range, sizeof(range), "\302\261 %.3g",
             fmax(cost.high - cost.estimate, cost.estimate - cost.low));
    return json_array_append_new(entries,
                                 json_pack("{s:s, s:s, s:f, s:s, s:s}", "name", name, "unit", unit_of(metric),
                                           "value", cost.estimate, "range", range, "extra", extra)) == 0
               ? 0
               : -ENOMEM;
}

/* Of the target with that name; `metrics` may be NULL. */
static int add_entries(json_t *entries, const json_t *document, const json_t *metrics, const char *target)
{
    OWNED_PTR char *about = target ? subject_of(document, target) : NULL;
    int result = about ? 0 : -ENOMEM;

    for (size_t i = 0; result == 0 && i < json_array_size(metrics) && i < REPORT_ROWS_MAX; i++)
        result = add_entry(entries, document, json_array_get(metrics, i), about);
    return result;
}

static int fill(json_t *entries, const json_t *document)
{
    OWNED_PTR char *first = subject_target(document), *second = NULL;
    int result;

    if (strcmp(document_text(document, "verdict.status"), "untrustworthy") == 0)
        return 0;
    result = add_entries(entries, document, document_at(document, "metrics"), first);
    if (result || !document_at(document, "versus"))
        return result;
    second = subject_second_target(document);
    return add_entries(entries, document, document_at(document, "versus.metrics"), second);
}

static int render(const json_t *document, const struct render_options *options, FILE *out)
{
    CLEANUP(jsonio_drop) json_t *harmless = text_harmless(document, TEXT_MAX_BYTES);
    CLEANUP(jsonio_drop) json_t *entries = json_array();
    int result = harmless && entries ? fill(entries, harmless) : -ENOMEM;

    (void)options;
    if (result == 0 && json_dumpf(entries, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) != 0)
        result = -EIO;
    fputc('\n', out);
    return result == 0 && ferror(out) ? -EIO : result;
}

const struct renderer renderer_benchmark = {
    .name = "benchmark",
    .summary = "overheads for actions that track benchmarks (customSmallerIsBetter)",
    .media_type = "application/json",
    .render = render,
};
