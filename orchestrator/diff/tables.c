/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "orchestrator/diff/tables.h"
#include "base/cleanup.h"
#include "orchestrator/diff/value.h"
#include "reports/document.h"
#include "reports/phrases.h"
#include "reports/draft.h"
#include "reports/figures.h"

#include <math.h>
#include <string.h>

/* --- overheads --- */

static const struct table_column metric_columns[] = {
    {"", false, false},
    {N_("old overhead [interval]"), false, false},
    {N_("new overhead [interval]"), false, false},
    {N_("change [interval]"), false, false},
    {N_("budget"), true, false},
    {N_("verdict"), false, false},
};

static void change_cell(struct table *table, const json_t *row, const char *path)
{
    char text[FIGURE_TEXT];

    table_cell(table, "%s",
               figure_change(text, sizeof(text), figure_interval(document_at(row, path)),
                             figure_is_relative(row, "scale"), document_text(row, "unit")));
}

static void budget_cell(struct table *table, const json_t *row)
{
    double limit = document_number(row, "budget.limit");
    bool higher = strcmp(document_text(row, "better"), "higher") == 0;
    char text[FIGURE_TEXT];

    if (figure_is_relative(row, "budget.scale") && !isnan(limit))
        snprintf(text, sizeof(text), "%.4g %%", limit * 100);
    else
        figure_quantity(text, sizeof(text), limit, document_text(row, "unit"));
    table_cell(table, "%s%s", !text[0] ? "" : higher ? "-" : "+", text);
}

static void metric_row(struct table *table, const json_t *row, enum report_style style)
{
    const char *verdict = document_text(row, "verdict");
    char text[64];

    table_cell(table, "%s%s",
               document_is_true(row, "primary") ? "* "
               : style == REPORT_MARKDOWN       ? ""
                                                : "  ",
               document_text(row, "name"));
    change_cell(table, row, "old.effect");
    change_cell(table, row, "new.effect");
    change_cell(table, row, "change");
    budget_cell(table, row);
    table_cell(table, "%s",
               strcmp(verdict, "measured") == 0 ? "" : report_verdict(text, sizeof(text), verdict, style));
}

void diff_metrics_table(struct table *table, const json_t *diff, enum report_style style)
{
    table_init(table, metric_columns, ARRAY_SIZE(metric_columns));
    for (size_t i = 0; i < document_count(diff, "metrics") && i < REPORT_ROWS_MAX; i++)
        if (document_at(document_item(diff, "metrics", i), "change"))
            metric_row(table, document_item(diff, "metrics", i), style);
}

/* --- what else changed --- */

static const struct table_column program_columns[] = {
    {N_("program"), false, true}, {"", false, false}, {N_("old"), false, true}, {N_("new"), false, true}};

static void program_cell(struct table *table, const json_t *program)
{
    const char *attach = document_text(program, "attach"), *mechanism = document_text(program, "mechanism");
    double runs = document_number(program, "runs_per_op");
    char text[32] = "";

    if (!isnan(runs))
        snprintf(text, sizeof(text), _(", %.3g runs/op"), runs);
    table_cell(table, "%s%s%s%s%s%s", document_text(program, "type"), attach[0] ? " " : "", attach,
               mechanism[0] ? _(", by ") : "", mechanism, text);
}

void diff_programs_table(struct table *table, const json_t *diff)
{
    table_init(table, program_columns, ARRAY_SIZE(program_columns));
    for (size_t i = 0; i < document_count(diff, "programs") && i < REPORT_ROWS_MAX; i++) {
        const json_t *program = document_item(diff, "programs", i);

        table_cell(table, "%s", document_text_or(program, "name", _("(no name)")));
        table_cell(table, "%s", i18n_word(document_text(program, "change")));
        program_cell(table, document_at(program, "old"));
        program_cell(table, document_at(program, "new"));
    }
}

static const struct table_column environment_columns[] = {
    {"", false, false}, {N_("old"), false, false}, {N_("new"), false, false}};

static void value_cell(struct table *table, const json_t *value)
{
    char text[DIFF_VALUE_TEXT];

    table_cell(table, "%s", json_is_string(value) ? json_string_value(value) : diff_value_text(text, value));
}

void diff_environment_table(struct table *table, const json_t *diff)
{
    table_init(table, environment_columns, ARRAY_SIZE(environment_columns));
    for (size_t i = 0; i < document_count(diff, "environment") && i < REPORT_ROWS_MAX; i++) {
        const json_t *fact = document_item(diff, "environment", i);
        OWNED_PTR char *name = phrase_translate(document_text(fact, "name"));

        table_cell(table, "%s", name ? name : "");
        value_cell(table, document_at(fact, "old"));
        value_cell(table, document_at(fact, "new"));
    }
}

/* --- in words --- */

static void source_fact(const json_t *source, const char *label, const struct fact_sink *sink)
{
    const json_t *argv = document_at(source, "target.argv");
    struct draft draft;

    draft_begin(&draft);
    if (json_array_size(argv) > 0)
        draft_add_command(&draft, argv);
    else
        draft_add(&draft, "%s", document_text_or(source, "target.kind", _("unknown target")));
    draft_list(&draft, _("version %s"), document_text(source, "target.version"));
    draft_list(&draft, _("kernel %s"), document_text(source, "kernel"));
    draft_list(&draft, _("measured %s"), document_text(source, "started"));
    draft_list(&draft, _("by tracetoll %s"), document_text(source, "tool_version"));
    draft_list(&draft, "%s", document_text(source, "file"));
    draft_end(&draft, sink, label);
}

void diff_sources(const json_t *diff, const struct fact_sink *sink)
{
    struct draft draft;

    source_fact(document_at(diff, "old"), _("Old"), sink);
    source_fact(document_at(diff, "new"), _("New"), sink);
    draft_begin(&draft);
    draft_list(&draft, "%s", document_text(diff, "workload.text"));
    draft_list(&draft, _("topology %s"), document_text(diff, "workload.topology"));
    draft_list(&draft, "%s", document_text(diff, "kind"));
    draft_end(&draft, sink, "Workload");
}

static bool is_exact(const json_t *diff)
{
    return strcmp(document_text(diff, "kind"), "exact") == 0;
}

/* Rows without a change are not in the table. */
static void left_out_fact(const json_t *diff, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    for (size_t i = 0; i < document_count(diff, "metrics") && i < REPORT_ROWS_MAX; i++) {
        const json_t *row = document_item(diff, "metrics", i);

        if (document_at(row, "change"))
            continue;
        draft_list(&draft, "%s", document_text_or(row, "name", "?"));
        draft_add(&draft, " (%s)", document_text_or(row, "note", _("no figure")));
    }
    draft_end(&draft, sink, _("not compared"));
}

void diff_remarks(const json_t *diff, const struct fact_sink *sink)
{
    sink->fact(sink->context, "change",
               _("of a percentage: how much worse the load is with the tool, by new against by old; else the "
                 "new overhead less the old one."));
    if (is_exact(diff))
        sink->fact(
            sink->context, "[interval]",
            /* xgettext:no-c-format */
            _("from the least to the largest over the seeds; with a single seed, 0.15 % of the baseline."));
    else
        sink->fact(
            sink->context, "[interval]",
            /* xgettext:no-c-format */
            _("of a change: 95 % confidence, more where several budgets share the error; of an overhead: "
              "as in its document. It holds what varies inside a run, not what differs from run to run."));
    left_out_fact(diff, sink);
}
