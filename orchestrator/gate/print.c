/* SPDX-License-Identifier: GPL-2.0 */
/* The gate for people: the verdict, a row for each run, and the figures that were judged. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "orchestrator/gate/gate.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/page.h"
#include "reports/text.h"

#include <errno.h>
#include <string.h>

/* A summary of the largest gate has to stay below 1 MiB, the most that a CI shows. */
#define TEXT_MAX_BYTES 800
#define RUNS_MAX       100

struct gate_page {
    struct page page;
    const json_t *gate;
};

static void print_headline(const struct gate_page *gate)
{
    page_headline(&gate->page, document_text(gate->gate, "verdict.status"),
                  document_text_or(gate->gate, "scenario.name", document_text(gate->gate, "scenario.file")),
                  document_text(gate->gate, "verdict.sentence"));
    for (size_t i = 0; i < document_count(gate->gate, "verdict.reasons") && i < RUNS_MAX; i++)
        page_item(&gate->page, json_string_value(document_item(gate->gate, "verdict.reasons", i)));
}

/* --- a row for each run --- */

static void effect_text(char *text, size_t size, const json_t *metric)
{
    figure_change(text, size, figure_interval(document_at(metric, "effect")),
                  figure_is_relative(metric, "effect.scale"), document_text(metric, "unit"));
}

static void add_run(struct table *table, const json_t *run, enum report_style style)
{
    const json_t *primary = document_primary(document_at(run, "document"));
    char verdict[64], effect[FIGURE_TEXT], seconds[FIGURE_TEXT];

    effect_text(effect, sizeof(effect), primary);
    table_cell(table, "%s", document_text(run, "label"));
    table_cell(table, "%s", document_text(run, "kernel"));
    table_cell(table, "%s", report_verdict(verdict, sizeof(verdict), document_text(run, "status"), style));
    table_cell(table, "%s", document_text(primary, "name"));
    table_cell(table, "%s", effect);
    table_cell(table, "%s",
               document_number(run, "seconds") > 0
                   ? figure_seconds(seconds, sizeof(seconds), document_number(run, "seconds"))
                   : "");
}

static int print_runs(const struct gate_page *page)
{
    static const struct table_column columns[] = {
        {N_("Run"), false, false},     {N_("Kernel"), false, false}, {N_("Verdict"), false, false},
        {N_("Primary"), false, false}, {N_("Effect"), false, false}, {N_("Took"), true, false}};
    struct table table;

    page_title(&page->page, _("Runs"));
    table_init(&table, columns, ARRAY_SIZE(columns));
    for (size_t i = 0; i < document_count(page->gate, "runs") && i < RUNS_MAX; i++)
        add_run(&table, document_item(page->gate, "runs", i), page->page.style);
    return page_table(&page->page, &table);
}

/* --- what was judged --- */

static void add_metric(struct table *table, const json_t *metric, enum report_style style)
{
    const char *unit = document_text(metric, "unit");
    char baseline[FIGURE_TEXT], with[FIGURE_TEXT], effect[FIGURE_TEXT], verdict[64];

    effect_text(effect, sizeof(effect), metric);
    table_cell(table, "%s", document_text(metric, "name"));
    table_cell(table, "%s",
               figure_quantity(baseline, sizeof(baseline), document_number(metric, "baseline"), unit));
    table_cell(table, "%s",
               figure_quantity(with, sizeof(with), document_number(metric, "with_target"), unit));
    table_cell(table, "%s", effect);
    table_cell(table, "%s", document_text(metric, "budget.text"));
    table_cell(table, "%s",
               report_verdict(verdict, sizeof(verdict), document_text(metric, "verdict"), style));
}

static void add_regression(struct table *table, const json_t *row, enum report_style style)
{
    char change[FIGURE_TEXT], text[160], verdict[64];

    figure_change(change, sizeof(change), figure_interval(document_at(row, "change")),
                  figure_is_relative(row, "scale"), document_text(row, "unit"));
    snprintf(text, sizeof(text), _("%.100s against the base"), document_text(row, "budget.text"));
    table_cell(table, "%s", document_text(row, "name"));
    table_cell(table, "%s", "");
    table_cell(table, "%s", "");
    table_cell(table, "%s", change);
    table_cell(table, "%s", text);
    table_cell(table, "%s", report_verdict(verdict, sizeof(verdict), document_text(row, "verdict"), style));
}

static size_t add_judged(struct table *table, const json_t *list, enum report_style style,
                         void (*add)(struct table *, const json_t *, enum report_style))
{
    const json_t *row;
    size_t i, count = 0;

    json_array_foreach(list, i, row)
    {
        if (!document_at(row, "budget"))
            continue;
        if (table)
            add(table, row, style);
        count++;
    }
    return count;
}

/* The section's title only where it has rows. */
static void add_indicators(struct table *table, const json_t *run, enum report_style style)
{
    const json_t *metrics = document_at(run, "document.metrics"),
                 *changes = document_at(run, "regression.metrics");

    if (add_judged(NULL, metrics, style, add_metric) + add_judged(NULL, changes, style, add_regression) == 0)
        return;
    table_section(table, document_text(run, "label"));
    add_judged(table, metrics, style, add_metric);
    add_judged(table, changes, style, add_regression);
}

static int print_indicators(const struct gate_page *page)
{
    static const struct table_column columns[] = {
        {N_("Indicator"), false, false}, {N_("baseline"), true, false},
        {N_("with tool"), true, false},  {N_("effect [interval]"), false, false},
        {N_("budget"), false, false},    {N_("verdict"), false, false}};
    struct table table;

    table_init(&table, columns, ARRAY_SIZE(columns));
    for (size_t i = 0; i < document_count(page->gate, "runs") && i < RUNS_MAX; i++)
        add_indicators(&table, document_item(page->gate, "runs", i), page->page.style);
    if (table.cell_count == 0 && !table.failed) {
        table_free(&table);
        return 0;
    }
    page_title(&page->page, _("Indicators"));
    return page_table(&page->page, &table);
}

/* --- conclusions, environment --- */

static void print_conclusions(const struct gate_page *page)
{
    bool any = false;

    for (size_t i = 0; i < document_count(page->gate, "runs") && i < RUNS_MAX; i++) {
        const json_t *run = document_item(page->gate, "runs", i);
        const char *sentence = document_text(run, "document.verdict.sentence");
        char text[2 * TEXT_MAX_BYTES];

        if (!sentence[0])
            continue;
        if (!any)
            page_title(&page->page, _("Conclusion"));
        any = true;
        snprintf(text, sizeof(text), "%s: %s", document_text(run, "label"), sentence);
        page_item(&page->page, text);
    }
}

/* Once for each kernel. */
static bool is_new_kernel(const json_t *gate, size_t index)
{
    const char *kernel = document_text(document_item(gate, "runs", index), "kernel");

    for (size_t i = 0; i < index; i++) {
        const json_t *run = document_item(gate, "runs", i);

        if (document_at(run, "document") && strcmp(document_text(run, "kernel"), kernel) == 0)
            return false;
    }
    return true;
}

static void print_environment(const struct gate_page *page)
{
    char text[2 * TEXT_MAX_BYTES];

    page_title(&page->page, _("Environment and scenario"));
    snprintf(text, sizeof(text), _("scenario %s, SHA-256 %.12s, attempt %.0f"),
             document_text(page->gate, "scenario.file"), document_text(page->gate, "scenario.digest"),
             document_number(page->gate, "scenario.attempt"));
    page_item(&page->page, text);
    for (size_t i = 0; i < document_count(page->gate, "runs") && i < RUNS_MAX; i++) {
        const json_t *run = document_item(page->gate, "runs", i);

        if (!document_at(run, "document") || !is_new_kernel(page->gate, i))
            continue;
        snprintf(text, sizeof(text), _("%s: kernel %s, %s, %.0f CPUs (%s)%s"), document_text(run, "kernel"),
                 document_text(run, "document.environment.kernel.release"),
                 document_text(run, "document.environment.kernel.architecture"),
                 document_number(run, "document.environment.cpu.online"),
                 document_text_or(run, "document.environment.cpu.model", "unknown"),
                 strcmp(document_text(run, "mode"), "exact") == 0 ? _(", instructions counted") : "");
        page_item(&page->page, text);
    }
    snprintf(text, sizeof(text), "tracetoll %s (%s), %s", document_text(page->gate, "tool.version"),
             document_text(page->gate, "tool.revision"), document_text(page->gate, "time.started"));
    page_item(&page->page, text);
}

/* Without the blocks of the runs, which no page shows. A new reference. */
static json_t *slim(const json_t *document)
{
    json_t *copy = json_copy((json_t *)document), *runs = json_array();
    const json_t *run;
    size_t i;

    json_array_foreach(document_at(document, "runs"), i, run)
    {
        json_t *row = json_copy((json_t *)run);
        json_t *own = json_copy((json_t *)document_at(run, "document"));

        json_object_del(own, "blocks");
        if (own)
            json_object_set_new(row, "document", own);
        json_array_append_new(runs, row);
    }
    json_object_set_new(copy, "runs", runs);
    return copy;
}

static void print_left_out(const struct gate_page *page)
{
    char text[64];

    if (document_count(page->gate, "runs") <= RUNS_MAX)
        return;
    snprintf(text, sizeof(text), _("%zu more runs are in the document alone"),
             document_count(page->gate, "runs") - RUNS_MAX);
    page_item(&page->page, text);
}

static int print(const json_t *document, struct gate_page *page)
{
    json_t *whole = slim(document), *harmless = text_harmless(whole, TEXT_MAX_BYTES);
    int runs, indicators;

    json_decref(whole);
    if (!harmless)
        return -ENOMEM;
    page->gate = harmless;
    print_headline(page);
    runs = print_runs(page);
    indicators = print_indicators(page);
    print_conclusions(page);
    print_environment(page);
    print_left_out(page);
    json_decref(harmless);
    if (runs || indicators)
        return runs ? runs : indicators;
    return ferror(page->page.out) ? -EIO : 0;
}

int gate_print_text(const json_t *document, FILE *out)
{
    struct gate_page page = {.page = page_for_text(out)};

    return print(document, &page);
}

int gate_print_markdown(const json_t *document, FILE *out)
{
    struct gate_page page = {.page = page_for_markdown(out)};

    return print(document, &page);
}

int gate_print_json(const json_t *document, FILE *out)
{
    return document_print(document, out);
}
