/* SPDX-License-Identifier: GPL-2.0 */
/* Two targets against each other: what each adds, and how many times the first one's cost the second one's
 * is. */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/report_tables.h"
#include "reports/report_versus.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct table_column columns[] = {{"", false, false},
                                              {N_("the first adds"), false, false},
                                              {N_("the second adds"), false, false},
                                              {N_("second : first"), false, false},
                                              {N_("second against first"), false, false}};

/* What a tool is chosen by; the document has the others. */
static const char *const shown[] = {"latency.mean", "latency.p50",       "latency.p99", "throughput",
                                    "cpu.per_op",   "cpu.target_per_op", "memory.rss",  "memory.maps"};

static char *ratio_text(char *text, size_t size, const json_t *ratio)
{
    struct interval figure = figure_interval(ratio);

    if (isnan(figure.estimate))
        snprintf(text, size, _("not known"));
    else if (isnan(figure.low) || isnan(figure.high))
        snprintf(text, size, _("%.3g times (no interval)"), figure.estimate);
    else
        snprintf(text, size, _("%.3g times [%.3g, %.3g]"), figure.estimate, figure.low, figure.high);
    return text;
}

static void absolute_cell(struct table *table, const json_t *metric)
{
    char text[FIGURE_TEXT];

    table_cell(table, "%s",
               figure_change(text, sizeof(text), figure_interval(document_at(metric, "absolute")), false,
                             document_text(metric, "unit")));
}

static void add_row(struct table *table, const json_t *document, const char *name)
{
    const json_t *first = document_metric(document, name), *versus = document_at(document, "versus"),
                 *second = document_metric(versus, name),
                 *between = document_named(document_at(versus, "between"), name);
    char text[FIGURE_TEXT];

    if (!document_at(first, "absolute") || !document_at(second, "absolute"))
        return;
    table_cell(table, "%s", name);
    absolute_cell(table, first);
    absolute_cell(table, second);
    table_cell(table, "%s",
               ratio_text(text, sizeof(text), document_named(document_at(versus, "ratios"), name)));
    table_cell(table, "%s",
               figure_change(text, sizeof(text), figure_interval(document_at(between, "effect")),
                             figure_is_relative(between, "effect.scale"), document_text(between, "unit")));
}

void report_versus_table(struct table *table, const json_t *document)
{
    table_init(table, columns, ARRAY_SIZE(columns));
    for (unsigned i = 0; i < ARRAY_SIZE(shown); i++)
        add_row(table, document, shown[i]);
}

/* As it was written, cut where it is long. */
static void name_target(const json_t *target, char *text, size_t size)
{
    size_t used = 0, count = document_count(target, "argv");

    text[0] = '\0';
    if (count == 0)
        snprintf(text, size, "%s", document_text(target, "kind"));
    for (size_t i = 0; i < count && used < size - 1; i++) {
        const char *word = json_string_value(document_item(target, "argv", i));
        int length = snprintf(text + used, size - used, "%s%s", i ? " " : "", word ? word : "");

        used += length > 0 ? (size_t)length : 0;
    }
}

void report_versus(const json_t *document, const struct fact_sink *sink)
{
    const json_t *primary = document_primary(document), *versus = document_at(document, "versus"),
                 *ratio = document_named(document_at(versus, "ratios"), document_text(primary, "name"));
    char first[200], second[200], figure[FIGURE_TEXT], sentence[600];

    name_target(document_at(document, "target"), first, sizeof(first));
    name_target(document_at(versus, "target"), second, sizeof(second));
    sink->fact(sink->context, _("first"), first);
    sink->fact(sink->context, _("second"), second);
    if (isnan(document_number(ratio, "estimate")))
        snprintf(sentence, sizeof(sentence), _("not known by %s: %s"), document_text(primary, "name"),
                 document_text_or(ratio, "why", _("no figure")));
    else
        snprintf(sentence, sizeof(sentence), _("by %s the second costs %s what the first costs"),
                 document_text(primary, "name"), ratio_text(figure, sizeof(figure), ratio));
    sink->fact(sink->context, _("ratio"), sentence);
    for (size_t i = 0; i < document_count(versus, "warnings") && i < REPORT_ROWS_MAX; i++)
        sink->fact(sink->context, _("second"), document_text(document_item(versus, "warnings", i), "text"));
}
