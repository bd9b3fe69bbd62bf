/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/report_tables.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/figures.h"

#include <math.h>
#include <string.h>

struct verdict_look {
    const char *status, *text, *colour;
};

char *report_verdict(char *text, size_t size, const char *status, enum report_style style)
{
    static const struct verdict_look looks[] = {{"pass", N_("PASS"), "32"},
                                                {"fail", N_("FAIL"), "31"},
                                                {"inconclusive", N_("inconclusive"), "33"},
                                                {"untrustworthy", N_("UNTRUSTWORTHY"), "35"},
                                                {"measured", N_("measured"), "36"}};

    snprintf(text, size, "%.20s", status);
    for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
        if (strcmp(status, looks[i].status) != 0)
            continue;
        if (style == REPORT_COLOUR)
            snprintf(text, size, "\033[1;%sm%s\033[0m", looks[i].colour, _(looks[i].text));
        else
            snprintf(text, size, "%s", _(looks[i].text));
    }
    return text;
}

/* --- indicators --- */

enum {
    METRIC_COLUMNS_PLAIN = 7,
};

static const struct table_column metric_columns[] = {
    {"", false, false},
    {N_("baseline"), true, false},
    {N_("with tool"), true, false},
    {N_("effect [interval]"), false, false},
    {N_("could see"), true, false},
    {N_("budget"), true, false},
    {N_("verdict"), false, false},
    {N_("without noise reference"), false, false},
};

static void effect_cell(struct table *table, const json_t *metric)
{
    bool relative = figure_is_relative(metric, "effect.scale");
    char text[FIGURE_TEXT];

    figure_change(text, sizeof(text), figure_interval(document_at(metric, "effect")), relative,
                  document_text(metric, "unit"));
    table_cell(table, "%s%s", text[0] ? text : _("no figure"),
               text[0] && document_is_true(metric, "at_least") ? _(" early") : "");
    figure_size(text, sizeof(text), document_number(metric, "detectable"), relative,
                document_text(metric, "unit"));
    table_cell(table, "%s", text);
}

static void budget_cell(struct table *table, const json_t *metric)
{
    bool relative = figure_is_relative(metric, "budget.scale");
    bool higher = strcmp(document_text(metric, "better"), "higher") == 0;
    double limit = document_number(metric, "budget.limit");
    char text[FIGURE_TEXT];

    if (relative && !isnan(limit))
        snprintf(text, sizeof(text), "%.4g %%", limit * 100);
    else
        figure_quantity(text, sizeof(text), limit, document_text(metric, "unit"));
    table_cell(table, "%s%s", !text[0] ? "" : higher ? "-" : "+", text);
}

static void raw_cell(struct table *table, const json_t *metric)
{
    bool relative = figure_is_relative(metric, "effect.scale");
    char text[FIGURE_TEXT];

    table_cell(table, "%s",
               figure_change(text, sizeof(text), figure_interval(document_at(metric, "raw")), relative,
                             document_text(metric, "unit")));
}

static void metric_row(struct table *table, const json_t *metric, enum report_style style)
{
    const char *status = document_text(metric, "verdict"), *unit = document_text(metric, "unit");
    char text[FIGURE_TEXT];

    table_cell(table, "%s%s",
               document_is_true(metric, "primary") ? "* "
               : style == REPORT_MARKDOWN          ? ""
                                                   : "  ",
               document_text(metric, "name"));
    table_cell(table, "%s", figure_quantity(text, sizeof(text), document_number(metric, "baseline"), unit));
    table_cell(table, "%s",
               figure_quantity(text, sizeof(text), document_number(metric, "with_target"), unit));
    effect_cell(table, metric);
    budget_cell(table, metric);
    table_cell(table, "%s",
               strcmp(status, "measured") == 0 ? "" : report_verdict(text, sizeof(text), status, style));
    if (style == REPORT_MARKDOWN)
        raw_cell(table, metric);
}

struct group {
    const char *name, *title;
};

static const struct group groups[] = {{"latency", N_("Latency")},
                                      {"throughput", N_("Throughput")},
                                      {"cpu", "CPU"},
                                      {"memory", N_("Memory")},
                                      {"system", N_("System")}};

/* A document from somewhere else may hold groups that this version does not know: they come last. */
static size_t group_index(const json_t *metric)
{
    size_t i = 0;

    while (i < ARRAY_SIZE(groups) && strcmp(document_text(metric, "group"), groups[i].name) != 0)
        i++;
    return i;
}

void report_metrics_table(struct table *table, const json_t *document, enum report_style style)
{
    table_init(table, metric_columns,
               style == REPORT_MARKDOWN ? ARRAY_SIZE(metric_columns) : METRIC_COLUMNS_PLAIN);
    for (size_t group = 0; group <= ARRAY_SIZE(groups); group++) {
        bool titled = false;

        for (size_t i = 0; i < document_count(document, "metrics") && i < REPORT_ROWS_MAX; i++) {
            const json_t *metric = document_item(document, "metrics", i);

            if (group_index(metric) != group)
                continue;
            if (!titled)
                table_section(table, group < ARRAY_SIZE(groups) ? _(groups[group].title) : _("Other"));
            titled = true;
            metric_row(table, metric, style);
        }
    }
}

/* --- where the cost lands --- */

static const struct table_column cost_columns[] = {{"", false, false},
                                                   {N_("added CPU time [interval]"), false, false},
                                                   {N_("share"), true, false},
                                                   {"", false, false}};

static void cost_row(struct table *table, const json_t *part, const char *name, double total,
                     const char *unit)
{
    struct interval change = figure_interval(part);
    char text[FIGURE_TEXT], share[FIGURE_TEXT];

    table_cell(table, "%s", name);
    table_cell(table, "%s", figure_change(text, sizeof(text), change, false, unit));
    table_cell(table, "%s", total > 0 ? figure_percent(share, sizeof(share), change.estimate / total) : "");
    table_cell(table, "%s", document_text(part, "summary"));
}

void report_cost_table(struct table *table, const json_t *document)
{
    double estimate = document_number(document, "cost_split.total.estimate");
    /* Shares of a total that may as well be zero say nothing. */
    double total = document_number(document, "cost_split.total.low") > 0 ? estimate : NAN;
    const char *unit = document_text(document, "cost_split.unit");

    table_init(table, cost_columns, ARRAY_SIZE(cost_columns));
    for (size_t i = 0; i < document_count(document, "cost_split.parts") && i < REPORT_ROWS_MAX; i++) {
        const json_t *part = document_item(document, "cost_split.parts", i);

        cost_row(table, part, i18n_word(document_text(part, "name")), total, unit);
    }
    cost_row(table, document_at(document, "cost_split.total"), _("whole machine"), total, unit);
}

/* --- programs and maps --- */

static const struct table_column program_columns[] = {
    {N_("program"), false, true}, {N_("runs/op"), true, false}, {N_("idle runs/s"), true, false},
    {N_("ns/run"), true, false},  {N_("missed"), true, false},  {N_("insns"), true, false},
    {N_("JIT"), true, false},     {N_("by"), false, false},     {N_("attached to"), false, true}};

static void number_cell(struct table *table, double number, int digits)
{
    if (isnan(number))
        table_cell(table, "%s", "");
    else
        table_cell(table, "%.*f", digits, number);
}

void report_programs_table(struct table *table, const json_t *document)
{
    char text[FIGURE_TEXT];

    table_init(table, program_columns, ARRAY_SIZE(program_columns));
    for (size_t i = 0; i < document_count(document, "target.programs") && i < REPORT_ROWS_MAX; i++) {
        const json_t *program = document_item(document, "target.programs", i);
        const char *mechanism;

        table_cell(table, "%s", document_text_or(program, "name", _("(no name)")));
        number_cell(table, document_number(program, "runs_per_op"), 3);
        number_cell(table, document_number(program, "runs_per_second_idle"), 0);
        number_cell(table, document_number(program, "ns_per_run"), 1);
        number_cell(table, document_number(program, "missed"), 0);
        number_cell(table, document_number(program, "verified_insns"), 0);
        table_cell(table, "%s",
                   figure_quantity(text, sizeof(text), document_number(program, "jited_bytes"), "bytes"));
        mechanism = document_text(program, "mechanism");
        table_cell(table, "%s%s%s", mechanism, document_text(program, "kprobe_by")[0] ? ", " : "",
                   document_text(program, "kprobe_by"));
        if (strcmp(mechanism, "none") == 0)
            table_cell(table, "%s", _("nothing"));
        else
            table_cell(table, "%s",
                       document_text_or(program, "attach", document_text_or(program, "type", _("unknown"))));
    }
}

static const struct table_column map_columns[] = {
    {N_("map"), false, true},          {N_("type"), false, false}, {N_("entries"), true, false},
    {N_("key"), true, false},          {N_("value"), true, false}, {N_("memory"), true, false},
    {N_("operations/op"), true, false}};

/* "2", "0 to 3", "1 and more"; nothing where it is not known. */
static void rate_cell(struct table *table, const json_t *rate)
{
    double fewest = document_number(rate, "fewest"), most = document_number(rate, "most");

    if (isnan(fewest))
        table_cell(table, "%s", "");
    else if (isnan(most))
        table_cell(table, _("%.3g and more"), fewest);
    else if (most - fewest > 0.0005 * most)
        table_cell(table, _("%.3g to %.3g"), fewest, most);
    else
        table_cell(table, "%.3g", most);
}

void report_maps_table(struct table *table, const json_t *document)
{
    static const char *const sizes[] = {"key_bytes", "value_bytes", "bytes"};
    char text[FIGURE_TEXT];

    table_init(table, map_columns, ARRAY_SIZE(map_columns));
    for (size_t i = 0; i < document_count(document, "target.maps") && i < REPORT_ROWS_MAX; i++) {
        const json_t *map = document_item(document, "target.maps", i);

        table_cell(table, "%s", document_text_or(map, "name", _("(no name)")));
        table_cell(table, "%s", document_text(map, "type"));
        number_cell(table, document_number(map, "max_entries"), 0);
        for (size_t k = 0; k < ARRAY_SIZE(sizes); k++)
            table_cell(table, "%s",
                       figure_quantity(text, sizeof(text), document_number(map, sizes[k]), "bytes"));
        rate_cell(table, document_at(map, "operations_per_op"));
    }
}
