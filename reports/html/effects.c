/* SPDX-License-Identifier: GPL-2.0 */
/* Effects with their intervals and budgets: a forest plot, the table, how to read it. */
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/html/bars.h"
#include "reports/html/chapters.h"
#include "reports/html/markup.h"
#include "reports/report_tables.h"

#include <math.h>
#include <string.h>

static bool is_shown(const json_t *metric)
{
    return figure_is_relative(metric, "effect.scale") && isfinite(document_number(metric, "effect.estimate"));
}

/* NaN without a relative budget. The side on which it lies depends on what is better. */
static double limit_of(const json_t *metric)
{
    double limit = document_number(metric, "budget.limit");

    if (!figure_is_relative(metric, "budget.scale"))
        return NAN;
    return strcmp(document_text(metric, "better"), "higher") == 0 ? -limit : limit;
}

static struct bar bar_of(const json_t *metric, char *figure, size_t size)
{
    struct interval effect = figure_interval(document_at(metric, "effect"));

    return (struct bar){.name = document_text(metric, "name"),
                        .figure = figure_change(figure, size, effect, true, ""),
                        .strong = document_is_true(metric, "primary"),
                        .from = NAN,
                        .to = NAN,
                        .interval = effect,
                        .mark = "on",
                        .second = NAN,
                        .third = NAN,
                        .limit = limit_of(metric)};
}

static void draw_legend(bool budgets, FILE *out)
{
    fputs("<ul class=\"legend\">", out);
    svg_legend(out, "on", _("effect, with its interval"));
    if (budgets)
        fputs("<li><svg width=\"16\" height=\"14\" aria-hidden=\"true\"><line class=\"budget\" x1=\"8\" "
              "y1=\"0\" x2=\"8\" y2=\"14\"/></svg> ",
              out);
    if (budgets) {
        html_text(out, _("budget"));
        fputs("</li>", out);
    }
    fputs("</ul>\n", out);
}

int html_forest(struct html_page *page, const json_t *side)
{
    static const char *const description =
        N_("One row for each metric: the change while the tool is on as a mark, its interval as a line, no "
           "change as a vertical line, budgets as dashed lines. The table below has the same figures.");
    char figures[BARS_MAX][FIGURE_TEXT];
    struct bar items[BARS_MAX];
    struct bars bars = {.items = items, .relative = true, .unit = ""};
    bool budgets = false;
    struct svg svg;

    for (size_t i = 0; i < document_count(side, "metrics") && bars.count < BARS_MAX; i++) {
        const json_t *metric = document_item(side, "metrics", i);

        if (!is_shown(metric))
            continue;
        budgets = budgets || isfinite(limit_of(metric));
        items[bars.count] = bar_of(metric, figures[bars.count], FIGURE_TEXT);
        bars.count++;
    }
    if (bars.count == 0)
        return 0;
    svg = html_figure_begin(page);
    draw_legend(budgets, page->out);
    bars_draw(&svg, &bars, _("Effects with their intervals"), _(description));
    html_figure_end(&svg, "");
    return 0;
}

int html_effects(struct html_page *page)
{
    const json_t *document = page->document;
    FILE *out = page->out;
    struct fact_sink sink;
    struct table table;
    int result;

    html_element(out, "h2", "", _("Effects"));
    if (document_count(document, "metrics") == 0) {
        html_element(out, "p", "", _("None: the run ended before its first look."));
        return 0;
    }
    if (document_at(document, "exact"))
        html_element(out, "p", "",
                     _("Counted in an emulated machine whose clock counts instructions (insn): an interval "
                       "is the least and the most that the seeds gave."));
    html_forest(page, document);
    report_metrics_table(&table, document, REPORT_PLAIN);
    result = html_table(&table, _("All metrics"), out);
    sink = html_facts_begin(out);
    report_remarks(document, &sink);
    html_facts_end(out);
    return result;
}
