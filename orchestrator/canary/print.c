/* SPDX-License-Identifier: GPL-2.0 */
/* The canary for people: what came of it, step by step, and how near it came to its rails. */
#include "base/cleanup.h"
#include "orchestrator/canary/print.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/page.h"
#include "reports/text.h"

#include <errno.h>
#include <math.h>

#define TEXT_MAX_BYTES 800

static void add_step(struct table *table, const json_t *step, unsigned number, enum report_style style)
{
    const json_t *primary = document_primary(document_at(step, "document"));
    double on = document_number(step, "on_seconds"), elapsed = document_number(step, "elapsed_seconds");
    char verdict[64], effect[FIGURE_TEXT], seconds[FIGURE_TEXT];

    figure_change(effect, sizeof(effect), figure_interval(document_at(primary, "effect")),
                  figure_is_relative(primary, "effect.scale"), document_text(primary, "unit"));
    table_cell(table, "%u", number);
    table_cell(table, "%g %%", 100 * document_number(step, "duty"));
    table_cell(table, "%.1f %%", 100 * on / elapsed);
    table_cell(table, "%s", figure_seconds(seconds, sizeof(seconds), elapsed));
    table_cell(
        table, "%s",
        report_verdict(verdict, sizeof(verdict), document_text(step, "document.verdict.status"), style));
    table_cell(table, "%s", document_text(primary, "name"));
    table_cell(table, "%s", effect);
}

static int print_steps(const struct page *page, const json_t *document)
{
    static const struct table_column columns[] = {
        {"Step", true, false},    {"on at most", true, false}, {"was on", true, false},
        {"took", true, false},    {"verdict", false, false},   {"primary", false, false},
        {"effect", false, false},
    };
    struct table table;

    if (document_count(document, "steps") == 0)
        return 0;
    page_title(page, "Steps");
    table_init(&table, columns, ARRAY_SIZE(columns));
    for (size_t i = 0; i < document_count(document, "steps"); i++)
        add_step(&table, document_item(document, "steps", i), (unsigned)i + 1, page->style);
    return page_table(page, &table);
}

static void add_reading(struct table *table, const json_t *rail, const char *key)
{
    char text[FIGURE_TEXT];
    double number = document_number(rail, key);

    table_cell(table, "%s",
               isnan(number) ? "none"
                             : figure_quantity(text, sizeof(text), number, document_text(rail, "unit")));
}

static int print_rails(const struct page *page, const json_t *document)
{
    static const struct table_column columns[] = {{"Rail", false, false},
                                                  {"at most", true, false},
                                                  {"highest, off", true, false},
                                                  {"highest, on", true, false}};
    struct table table;

    page_title(page, "Rails");
    table_init(&table, columns, ARRAY_SIZE(columns));
    for (size_t i = 0; i < document_count(document, "rails"); i++) {
        const json_t *rail = document_item(document, "rails", i);

        table_cell(&table, "%s", document_text(rail, "name"));
        add_reading(&table, rail, "limit");
        add_reading(&table, rail, "highest_off");
        add_reading(&table, rail, "highest_on");
    }
    return page_table(page, &table);
}

static int print(const json_t *document, const struct page *page)
{
    json_t *harmless = text_harmless(document, TEXT_MAX_BYTES);
    char text[TEXT_MAX_BYTES + 64];
    int steps, rails;

    if (!harmless)
        return -ENOMEM;
    page_headline(page, document_text(harmless, "verdict.status"),
                  document_text_or(harmless, "scenario.name", document_text(harmless, "scenario.file")),
                  document_text(harmless, "verdict.sentence"));
    steps = print_steps(page, harmless);
    rails = print_rails(page, harmless);
    snprintf(text, sizeof(text), "each switch, on the disk before it was made: %s",
             document_text(harmless, "audit"));
    fputc('\n', page->out);
    page_item(page, text);
    json_decref(harmless);
    if (steps || rails)
        return steps ? steps : rails;
    return ferror(page->out) ? -EIO : 0;
}

int canary_print_text(const json_t *document, FILE *out)
{
    struct page page = page_for_text(out);

    return print(document, &page);
}

int canary_print_markdown(const json_t *document, FILE *out)
{
    struct page page = page_for_markdown(out);

    return print(document, &page);
}
