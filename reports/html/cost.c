/* SPDX-License-Identifier: GPL-2.0 */
/* Who runs the CPU time that is added, and what it is made of: a split and a waterfall. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/html/bars.h"
#include "reports/html/chapters.h"
#include "reports/html/markup.h"
#include "reports/report_tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PARTS_MAX 40

/* Parts of a sum as rows, and as a table. */
struct sum {
    const char *unit;
    double total; /* NaN: shares of a total that may as well be zero say nothing */
    struct bar bars[PARTS_MAX];
    char figures[PARTS_MAX][2 * FIGURE_TEXT];
    size_t count;
    struct table table; /* owned */
};

static const struct table_column columns[] = {{N_("part"), false, false},
                                              {N_("added [interval]"), false, false},
                                              {N_("share"), true, false},
                                              {N_("what it is"), false, false}};

static void begin(struct sum *sum, const char *unit, double total, double total_low)
{
    sum->unit = unit;
    sum->total = total_low > 0 ? total : NAN;
    sum->count = 0;
    table_init(&sum->table, columns, ARRAY_SIZE(columns));
}

/* A row whose bar begins at `from`; what has no figure is in the table alone. */
static void add(struct sum *sum, const json_t *part, const char *name, const char *class, double from)
{
    struct interval interval = figure_interval(part);
    char text[FIGURE_TEXT], share[FIGURE_TEXT] = "";
    struct bar *bar = &sum->bars[sum->count];

    figure_change(text, sizeof(text), interval, false, sum->unit);
    if (sum->total > 0)
        figure_percent(share, sizeof(share), interval.estimate / sum->total);
    table_cell(&sum->table, "%s", name);
    table_cell(&sum->table, "%s", text[0] ? text : _("unknown"));
    table_cell(&sum->table, "%s", share);
    table_cell(&sum->table, "%s", document_text(part, "summary"));
    if (isnan(interval.estimate) || sum->count == PARTS_MAX)
        return;
    snprintf(sum->figures[sum->count], sizeof(sum->figures[0]), "%s%s%s", text, share[0] ? ", " : "", share);
    *bar = (struct bar){.name = name,
                        .figure = sum->figures[sum->count],
                        .strong = strcmp(class, "bar-sum") == 0,
                        .class = class,
                        .from = from,
                        .to = from + interval.estimate,
                        .interval = {NAN, from + interval.low, from + interval.high},
                        .second = NAN,
                        .third = NAN,
                        .limit = NAN};
    sum->count++;
}

static int finish(struct html_page *page, struct sum *sum, const char *title, const char *description,
                  const char *caption)
{
    struct bars bars = {.items = sum->bars, .count = sum->count, .unit = sum->unit};
    struct svg svg;

    if (sum->count > 0) {
        svg = html_figure_begin(page);
        bars_draw(&svg, &bars, title, description);
        html_figure_end(&svg, caption);
    }
    return html_folded_table(&sum->table, title, page->out);
}

/* --- where it lands --- */

static int print_cost(struct html_page *page, const json_t *side)
{
    const json_t *split = document_at(side, "cost_split");
    struct sum sum;

    begin(&sum, document_text(split, "unit"), document_number(split, "total.estimate"),
          document_number(split, "total.low"));
    for (size_t i = 0; i < document_count(split, "parts") && i < PARTS_MAX - 1; i++) {
        const json_t *part = document_item(split, "parts", i);

        add(&sum, part, i18n_word(document_text(part, "name")), "bar", 0);
    }
    add(&sum, document_at(split, "total"), _("whole machine"), "bar-sum", 0);
    return finish(
        page, &sum, _("Who runs the added CPU time"),
        _("One bar for each part of the machine: the CPU time that is added per operation, with its "
          "interval. The table below has the same figures."),
        "");
}

int html_cost(struct html_page *page)
{
    html_element(page->out, "h2", "", _("Where the cost lands"));
    fputs("<p>", page->out);
    html_textf(page->out, _("CPU time added per %s, by who runs it."),
               document_text_or(page->document, "workload.operation", _("operation")));
    fputs("</p>\n", page->out);
    return html_sides(page, "cost_split", print_cost, _("Not known for this run."));
}

/* --- where it comes from --- */

static int draw_waterfall(struct html_page *page, const json_t *breakdown, const char *title)
{
    struct sum sum;
    double at = 0;

    begin(&sum, document_text(breakdown, "unit"), document_number(breakdown, "measured.estimate"),
          document_number(breakdown, "measured.low"));
    for (size_t i = 0; i < document_count(breakdown, "parts") && i < PARTS_MAX - 2; i++) {
        const json_t *part = document_item(breakdown, "parts", i);
        double estimate = document_number(part, "estimate");

        add(&sum, part, i18n_word(document_text(part, "name")), "bar", at);
        at += isnan(estimate) ? 0 : estimate;
    }
    add(&sum, document_at(breakdown, "unexplained"), _("unexplained"), "bar-rest", at);
    add(&sum, document_at(breakdown, "measured"), _("measured"), "bar-sum", 0);
    return finish(
        page, &sum, title,
        _("A waterfall: the bar of each part begins where the one before it ends; what is unexplained "
          "comes last but one, and what was measured last. The table below has the same figures."),
        _("Each bar begins where the one above it ends; \"unexplained\" closes the gap to what was "
          "measured."));
}

/* One level below the heading of a side, where there are two. */
static const char *heading_of(const struct html_page *page)
{
    return document_at(page->document, "versus") ? "h4" : "h3";
}

static int print_split(const struct html_page *page, const json_t *side)
{
    struct table table;

    if (document_count(side, "breakdown.programs") == 0)
        return 0;
    html_element(page->out, heading_of(page), "", _("Programs"));
    report_split_table(&table, side);
    return html_table(&table, _("Cost of each program"), page->out);
}

static void print_latency_sentence(const struct html_page *page, const json_t *side)
{
    const char *reason = document_text(side, "breakdown.latency_reason");
    char sentence[500];

    if (report_latency_sentence(sentence, sizeof(sentence), side)[0])
        html_element(page->out, "p", "", sentence);
    else if (reason[0]) {
        fputs("<p>", page->out);
        html_textf(page->out, _("What of it an operation waits for can't be told: %s."), reason);
        fputs("</p>\n", page->out);
    }
}

static int print_breakdown(struct html_page *page, const json_t *side)
{
    int parts = draw_waterfall(page, document_at(side, "breakdown"), _("What the added CPU time is made of"));
    int latency = 0, split;

    if (document_at(side, "breakdown.latency")) {
        html_element(page->out, heading_of(page), "", _("Latency"));
        print_latency_sentence(page, side);
        latency =
            draw_waterfall(page, document_at(side, "breakdown.latency"), _("What an operation waits for"));
    } else {
        print_latency_sentence(page, side);
    }
    split = print_split(page, side);
    return parts ? parts : latency ? latency : split;
}

int html_breakdown(struct html_page *page)
{
    html_element(page->out, "h2", "", _("Where the cost comes from"));
    return html_sides(
        page, "breakdown", print_breakdown,
        _("This document has no breakdown: the run was made with --no-breakdown or --sham, or a "
          "part of the cost could not be told."));
}
