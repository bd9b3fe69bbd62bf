/* SPDX-License-Identifier: GPL-2.0 */
/* Where the cost comes from: a waterfall of the parts, and what each program is made of. */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/report_tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BAR_WIDTH 30

#define COLUMNS(figure)                                                                                      \
    {                                                                                                        \
        {"", false, false}, {figure, false, false}, {N_("share"), true, false}, {"", false, true},           \
        {                                                                                                    \
            "", false, false                                                                                 \
        }                                                                                                    \
    }
#define COLUMN_COUNT 5

static const struct table_column cpu_columns[COLUMN_COUNT] = COLUMNS(N_("CPU time [interval]")),
                                 latency_columns[COLUMN_COUNT] = COLUMNS(N_("time [interval]"));

/* From 0 to `scale`, as BAR_WIDTH characters: blank up to `from`, drawn up to `to`. */
static const char *draw_bar(char bar[BAR_WIDTH + 1], double from, double to, double scale)
{
    double low = fmin(from, to), high = fmax(from, to);

    for (unsigned i = 0; i < BAR_WIDTH; i++) {
        double middle = (i + 0.5) * scale / BAR_WIDTH;

        bar[i] = middle >= low && middle <= high ? '=' : ' ';
    }
    bar[BAR_WIDTH] = '\0';
    for (unsigned i = BAR_WIDTH; i > 0 && bar[i - 1] == ' '; i--)
        bar[i - 1] = '\0';
    return bar;
}

struct fall {
    struct table *table;
    const char *unit;
    double measured, scale, at;
};

static void add_part(struct fall *fall, const json_t *part, const char *name)
{
    struct interval interval = figure_interval(part);
    char text[FIGURE_TEXT], share[FIGURE_TEXT], bar[BAR_WIDTH + 1];

    table_cell(fall->table, "%s", name);
    table_cell(fall->table, "%s", figure_change(text, sizeof(text), interval, false, fall->unit));
    table_cell(fall->table, "%s",
               fall->measured > 0 ? figure_percent(share, sizeof(share), interval.estimate / fall->measured)
                                  : "");
    table_cell(fall->table, "%s", draw_bar(bar, fall->at, fall->at + interval.estimate, fall->scale));
    table_cell(fall->table, "%s", document_text(part, "summary"));
    fall->at += interval.estimate;
}

/* The farthest that the parts reach, one behind the other. */
static double reach(const json_t *breakdown, double measured)
{
    double at = 0, farthest = fmax(measured, 0);

    for (size_t i = 0; i < document_count(breakdown, "parts"); i++) {
        at += document_number(document_item(breakdown, "parts", i), "estimate");
        farthest = fmax(farthest, at);
    }
    return farthest;
}

/* All of them, what is left, and what they should come to. */
static struct fall add_parts(struct table *table, const json_t *breakdown)
{
    double measured = document_number(breakdown, "measured.estimate");
    /* Shares of a total that may as well be zero say nothing. */
    bool shares = document_number(breakdown, "measured.low") > 0;
    struct fall fall = {table, document_text(breakdown, "unit"), shares ? measured : NAN,
                        reach(breakdown, measured), 0};

    for (size_t i = 0; i < document_count(breakdown, "parts") && i < REPORT_ROWS_MAX; i++) {
        const json_t *part = document_item(breakdown, "parts", i);

        add_part(&fall, part, i18n_word(document_text(part, "name")));
    }
    add_part(&fall, document_at(breakdown, "unexplained"), _("unexplained"));
    fall.at = 0;
    add_part(&fall, document_at(breakdown, "measured"), _("measured"));
    return fall;
}

#define UNPRICED_SHOWN 3

/* What has no price is in none of it, and said. */
static void predicted_remark(char *text, size_t size, const json_t *document)
{
    size_t count = document_count(document, "breakdown.unpriced"), used;
    char names[300] = "";

    for (size_t i = 0; i < count && i < UNPRICED_SHOWN; i++) {
        const json_t *name = document_item(document, "breakdown.unpriced", i);

        used = strlen(names);
        snprintf(names + used, sizeof(names) - used, "%s%s", i ? _(", ") : "",
                 json_is_string(name) ? json_string_value(name) : "?");
    }
    if (count == 0)
        snprintf(text, size, "%s", _("dispatch and programs, from single operations alone"));
    else if (count <= UNPRICED_SHOWN)
        snprintf(text, size, _("dispatch and programs, from single operations alone; no price for %s"),
                 names);
    else
        snprintf(text, size,
                 _("dispatch and programs, from single operations alone; no price for %s and %zu more"),
                 names, count - UNPRICED_SHOWN);
}

/* A third figure, made without the programs ever having run: no part of the sum above it. */
static void add_predicted(struct fall *fall, const json_t *document)
{
    double low = document_number(document, "breakdown.predicted.low"),
           high = document_number(document, "breakdown.predicted.high");
    char from[FIGURE_TEXT], to[FIGURE_TEXT], bar[BAR_WIDTH + 1], remark[400];

    if (isnan(low))
        return;
    figure_quantity(from, sizeof(from), low, fall->unit);
    table_cell(fall->table, "%s", _("predicted"));
    if (isnan(high))
        table_cell(fall->table, _("%s and more"), from);
    else
        table_cell(fall->table, _("%s to %s"), from, figure_quantity(to, sizeof(to), high, fall->unit));
    table_cell(fall->table, "%s", "");
    table_cell(fall->table, "%s",
               draw_bar(bar, low, isnan(high) ? low : fmin(high, fall->scale), fall->scale));
    predicted_remark(remark, sizeof(remark), document);
    table_cell(fall->table, "%s", remark);
}

void report_breakdown_table(struct table *table, const json_t *document)
{
    struct fall fall;

    table_init(table, cpu_columns, COLUMN_COUNT);
    fall = add_parts(table, document_at(document, "breakdown"));
    add_predicted(&fall, document);
}

void report_latency_table(struct table *table, const json_t *document)
{
    table_init(table, latency_columns, COLUMN_COUNT);
    add_parts(table, document_at(document, "breakdown.latency"));
}

char *report_latency_sentence(char *text, size_t size, const json_t *document)
{
    const json_t *latency = document_at(document, "breakdown.latency");
    const char *unit = document_text(latency, "unit");
    char measured[FIGURE_TEXT], explained[FIGURE_TEXT], rest[FIGURE_TEXT];
    double added = document_number(latency, "measured.estimate"),
           left = document_number(latency, "unexplained.estimate");

    text[0] = '\0';
    if (!latency)
        return text;
    snprintf(
        text, size,
        _("An operation takes %s longer. What it is known to wait for explains %s; unexplained: %s."),
        figure_change(measured, sizeof(measured), figure_interval(document_at(latency, "measured")), false,
                      unit),
        figure_quantity(explained, sizeof(explained), added - left, unit),
        figure_change(rest, sizeof(rest), figure_interval(document_at(latency, "unexplained")), false, unit));
    return text;
}

static const struct table_column split_columns[] = {{N_("program"), false, true},
                                                    {N_("runs/op"), true, false},
                                                    {N_("getting there"), true, false},
                                                    {N_("its body"), true, false},
                                                    {N_("attached to"), false, true}};

void report_split_table(struct table *table, const json_t *document)
{
    const char *unit = document_text(document, "breakdown.unit");
    char text[FIGURE_TEXT];

    table_init(table, split_columns, ARRAY_SIZE(split_columns));
    for (size_t i = 0; i < document_count(document, "breakdown.programs") && i < REPORT_ROWS_MAX; i++) {
        const json_t *program = document_item(document, "breakdown.programs", i);

        table_cell(table, "%s", document_text_or(program, "name", _("(no name)")));
        table_cell(table, "%.3f", document_number(program, "runs_per_op"));
        table_cell(table, "%s",
                   figure_quantity(text, sizeof(text), document_number(program, "dispatch.estimate"), unit));
        table_cell(table, "%s", figure_quantity(text, sizeof(text), document_number(program, "body"), unit));
        table_cell(table, "%s", document_text_or(program, "attach", _("unknown")));
    }
}

static const struct table_column code_columns[] = {{N_("program"), false, true},
                                                   {N_("calls"), false, true},
                                                   {N_("fewest"), true, false},
                                                   {N_("most"), true, false}};

static void range_cells(struct table *table, const json_t *range)
{
    double most = document_number(range, "most");

    table_cell(table, "%.0f", document_number(range, "fewest"));
    if (isnan(most))
        table_cell(table, "%s", _("any"));
    else
        table_cell(table, "%.0f", most);
}

void report_code_table(struct table *table, const json_t *document)
{
    table_init(table, code_columns, ARRAY_SIZE(code_columns));
    for (size_t i = 0; i < document_count(document, "target.programs") && i < REPORT_ROWS_MAX; i++) {
        const json_t *program = document_item(document, "target.programs", i);
        const char *name = document_text_or(program, "name", _("(no name)"));

        if (!document_at(program, "code"))
            continue;
        table_cell(table, "%s", name);
        table_cell(table, "%s", _("(instructions)"));
        range_cells(table, document_at(program, "code.instructions"));
        for (size_t call = 0; call < document_count(program, "code.calls") && call < REPORT_ROWS_MAX;
             call++) {
            const json_t *item = document_item(program, "code.calls", call);

            table_cell(table, "%s", "");
            table_cell(table, "%s", document_text(item, "name"));
            range_cells(table, item);
        }
    }
}
