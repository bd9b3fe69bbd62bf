/* SPDX-License-Identifier: GPL-2.0 */
/* The chapters that are tables and sentences, shared with the other reports. */
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/html/chapters.h"
#include "reports/html/markup.h"
#include "reports/report_tables.h"
#include "reports/report_versus.h"

#include <string.h>

/* --- programs and maps --- */

static int print_programs_of(struct html_page *page, const json_t *side)
{
    FILE *out = page->out;
    struct table table;
    int programs = 0, maps = 0;

    if (document_count(side, "target.programs") > 0) {
        report_programs_table(&table, side);
        programs = html_table(&table, _("BPF programs"), out);
    } else {
        html_element(out, "p", "", _("No BPF program of the target is known."));
    }
    if (document_count(side, "target.maps") > 0) {
        report_maps_table(&table, side);
        maps = html_table(&table, _("BPF maps"), out);
    }
    return programs ? programs : maps;
}

int html_programs(struct html_page *page)
{
    html_element(page->out, "h2", "", _("BPF programs and maps"));
    return html_sides(page, NULL, print_programs_of, "");
}

/* --- a second target --- */

static int print_second(struct html_page *page, const json_t *versus)
{
    struct table table;
    int result;

    fputs("<div class=\"side-second\">\n", page->out);
    html_element(page->out, "h3", "", _("Effects of the second target"));
    html_forest(page, versus);
    report_metrics_table(&table, versus, REPORT_PLAIN);
    result = html_table(&table, _("All metrics of the second target"), page->out);
    fputs("</div>\n", page->out);
    return result;
}

int html_versus(struct html_page *page)
{
    const json_t *versus = document_at(page->document, "versus");
    struct fact_sink sink;
    struct table table;
    int result, later;

    if (!versus)
        return 0;
    html_element(page->out, "h2", "", _("Against each other"));
    sink = html_facts_begin(page->out);
    report_versus(page->document, &sink);
    html_facts_end(page->out);
    report_versus_table(&table, page->document);
    if (table.cell_count == 0) {
        table_free(&table);
        html_element(page->out, "p", "", _("No figure is known for both targets."));
        result = 0;
    } else {
        result = html_table(&table, _("Both targets by metric"), page->out);
    }
    later = print_second(page, versus);
    return result ? result : later;
}

/* --- trust --- */

static void print_warning(const json_t *warning, FILE *out)
{
    const char *remedy = document_text(warning, "remedy");

    fputs("<li>", out);
    fputs("<p><code>", out);
    html_text(out, document_text(warning, "code"));
    fputs("</code> ", out);
    html_text(out, document_text(warning, "text"));
    fputs("</p>", out);
    if (remedy[0]) {
        fputs("<p class=\"note\">", out);
        html_textf(out, _("What to do: %s"), remedy);
        fputs("</p>", out);
    }
    fputs("</li>\n", out);
}

static void print_warnings(const json_t *document, FILE *out)
{
    size_t count = document_count(document, "warnings");

    html_element(out, "h3", "", _("Warnings"));
    if (count == 0) {
        html_element(out, "p", "", _("None."));
        return;
    }
    fputs("<ul class=\"warnings\">\n", out);
    for (size_t i = 0; i < count && i < REPORT_ROWS_MAX; i++)
        print_warning(document_item(document, "warnings", i), out);
    fputs("</ul>\n", out);
}

int html_trust(struct html_page *page)
{
    struct fact_sink sink;

    html_element(page->out, "h2", "", _("Can it be trusted?"));
    sink = html_facts_begin(page->out);
    report_trust(page->document, &sink);
    html_facts_end(page->out);
    print_warnings(page->document, page->out);
    return 0;
}

/* --- advice, environment, repeat --- */

int html_advice(struct html_page *page)
{
    const json_t *advice = document_at(page->document, "advice"), *sampling = report_sampling(advice);
    struct table table;
    int result;

    if (document_count(page->document, "advice") == 0)
        return 0;
    html_element(page->out, "h2", "", _("What would make it cheaper"));
    report_advice_table(&table, advice);
    result = html_table(&table, _("Advice"), page->out);
    if (result || !sampling)
        return result;
    html_element(page->out, "h3", "", _("What it would cost with fewer events"));
    report_sampling_table(&table, sampling);
    return html_table(&table, _("Cost with fewer events"), page->out);
}

int html_environment(struct html_page *page)
{
    struct fact_sink sink;

    html_element(page->out, "h2", "", _("Scenario and environment"));
    sink = html_facts_begin(page->out);
    report_scenario(page->document, &sink);
    report_environment(page->document, &sink);
    html_facts_end(page->out);
    return 0;
}

int html_repeat(struct html_page *page)
{
    html_element(page->out, "h2", "", _("How to repeat"));
    fputs("<pre><code>", page->out);
    html_text(page->out, document_text(page->document, "command.repeat"));
    fputs("</code></pre>\n", page->out);
    return 0;
}
