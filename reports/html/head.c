/* SPDX-License-Identifier: GPL-2.0 */
/* What somebody who reads only the top of the page should know. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/html/chapters.h"
#include "reports/html/markup.h"
#include "reports/report_tables.h"

#include <math.h>
#include <string.h>

#define TILES_MOST 6

static void print_title(const json_t *document, FILE *out)
{
    html_element(out, "p", " class=\"over\"", _("tracetoll: what a tracing tool costs"));
    fputs("<h1>", out);
    html_textf(out, _("%s on %s"),
               document_text_or(document, "target.argv.0", document_text(document, "target.kind")),
               document_text_or(document, "workload.text", _("an unknown workload")));
    fputs("</h1>\n", out);
}

/* A document's own status is no class name: only those that are known have a colour. */
static const char *tone(const char *status)
{
    static const char *const known[] = {"pass", "fail", "inconclusive", "untrustworthy"};

    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (strcmp(status, known[i]) == 0)
            return known[i];
    return "measured";
}

static void print_verdict(const json_t *document, FILE *out)
{
    const char *status = document_text(document, "verdict.status");
    size_t count = document_count(document, "verdict.reasons");
    char verdict[64];

    fprintf(out, "<div class=\"verdict %s\">", tone(status));
    html_element(out, "span", " class=\"badge\"",
                 report_verdict(verdict, sizeof(verdict), status, REPORT_PLAIN));
    html_element(out, "p", "", document_text_or(document, "verdict.sentence", _("No conclusion.")));
    fputs(count ? "<ul>\n" : "", out);
    for (size_t i = 0; i < count && i < REPORT_ROWS_MAX; i++) {
        const char *reason = json_string_value(document_item(document, "verdict.reasons", i));

        html_element(out, "li", "", reason ? reason : "");
    }
    fputs(count ? "</ul>" : "", out);
    fputs("</div>\n", out);
}

/* --- tiles --- */

static const char *const interesting[] = {"latency.p50", "latency.p99", "throughput", "cpu.per_op"};

static bool is_chosen(const json_t *metric)
{
    const char *name = document_text(metric, "name");

    if (!document_at(metric, "effect"))
        return false;
    if (document_is_true(metric, "primary") || document_at(metric, "budget"))
        return true;
    for (size_t i = 0; i < ARRAY_SIZE(interesting); i++)
        if (strcmp(name, interesting[i]) == 0)
            return true;
    return false;
}

/* "+131 % [+128, +135]": the estimate large, the interval below it. */
static void print_effect(const json_t *metric, FILE *out)
{
    char text[FIGURE_TEXT], estimate[FIGURE_TEXT];
    const char *interval;

    figure_change(text, sizeof(text), figure_interval(document_at(metric, "effect")),
                  figure_is_relative(metric, "effect.scale"), document_text(metric, "unit"));
    interval = figure_split(estimate, sizeof(estimate), text);
    fputs("<dd class=\"big\">", out);
    html_text(out, estimate[0] ? estimate : _("unknown"));
    fputs("</dd>\n", out);
    fputs("<dd>", out);
    html_text(out, document_is_true(metric, "at_least") ? _("early, which overstates it; ") : "");
    html_text(out, interval);
    fputs("</dd>\n", out);
}

static void print_levels(const json_t *metric, FILE *out)
{
    const char *unit = document_text(metric, "unit");
    char before[FIGURE_TEXT], after[FIGURE_TEXT];

    figure_quantity(before, sizeof(before), document_number(metric, "baseline"), unit);
    figure_quantity(after, sizeof(after), document_number(metric, "with_target"), unit);
    if (!before[0] || !after[0])
        return;
    fputs("<dd>", out);
    html_text(out, before);
    fputs(" &rarr; ", out);
    html_text(out, after);
    fputs("</dd>\n", out);
}

static void print_outcome(const json_t *metric, FILE *out)
{
    const char *status = document_text(metric, "verdict"),
               *limit = strchr(document_text(metric, "budget.text"), '=');
    char verdict[64];

    if (!document_at(metric, "budget"))
        return;
    fprintf(out, "<dd class=\"%s\"><span class=\"outcome\">", tone(status));
    html_text(out, report_verdict(verdict, sizeof(verdict), status, REPORT_PLAIN));
    fputs("</span> ", out);
    html_textf(out, _("budget %s"), limit ? limit + 1 : document_text(metric, "budget.text"));
    fputs("</dd>\n", out);
}

static void print_tile(const json_t *metric, FILE *out)
{
    fputs("<div class=\"tile\">", out);
    html_element(out, "dt", "", document_text(metric, "name"));
    print_effect(metric, out);
    print_levels(metric, out);
    print_outcome(metric, out);
    fputs("</div>\n", out);
}

static void print_tiles(const json_t *document, FILE *out)
{
    const json_t *primary = document_primary(document);
    unsigned count = 0;

    if (!primary || !document_at(primary, "effect"))
        return;
    fputs("<dl class=\"tiles\">\n", out);
    print_tile(primary, out);
    for (size_t i = 0; i < document_count(document, "metrics") && count < TILES_MOST - 1; i++) {
        const json_t *metric = document_item(document, "metrics", i);

        if (metric == primary || !is_chosen(metric))
            continue;
        print_tile(metric, out);
        count++;
    }
    fputs("</dl>\n", out);
}

int html_head(struct html_page *page)
{
    print_title(page->document, page->out);
    print_verdict(page->document, page->out);
    print_tiles(page->document, page->out);
    return 0;
}
