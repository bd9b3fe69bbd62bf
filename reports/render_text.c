/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/forest.h"
#include "reports/renderer.h"
#include "reports/report_facts.h"
#include "reports/report_tables.h"
#include "reports/report_versus.h"
#include "reports/text.h"

#include <errno.h>
#include <string.h>

#define TEXT_MAX_BYTES 4000 /* of one text in the document */
#define LABEL_WIDTH    11
#define REMARK_WIDTH   14
#define TRUST_WIDTH    19
#define VERSUS_WIDTH   8

struct page {
    FILE *out;
    unsigned width, label_width;
    bool colour;
};

static void print_fact(void *context, const char *label, const char *text)
{
    const struct page *page = context;
    unsigned used = text_width(label), indent = 2 + page->label_width;

    fprintf(page->out, "  %s%*s", label, used < page->label_width ? (int)(page->label_width - used) : 1, "");
    text_wrap(page->out, text, 2 + (used < page->label_width ? page->label_width : used + 1), indent,
              page->width);
}

static void print_title(const struct page *page, const char *title)
{
    fprintf(page->out, page->colour ? "\n\033[1m%s\033[0m\n" : "\n%s\n", title);
}

static void print_headline(const json_t *document, const struct page *page)
{
    enum report_style style = page->colour ? REPORT_COLOUR : REPORT_PLAIN;
    char verdict[64];

    report_verdict(verdict, sizeof(verdict), document_text(document, "verdict.status"), style);
    fprintf(page->out, "%s  ", verdict);
    text_wrap(page->out, document_text_or(document, "verdict.sentence", _("no conclusion")),
              text_width(verdict) + 2, text_width(verdict) + 2, page->width);
    for (size_t i = 0; i < document_count(document, "verdict.reasons") && i < REPORT_ROWS_MAX; i++) {
        const char *reason = json_string_value(document_item(document, "verdict.reasons", i));

        fputs("  - ", page->out);
        text_wrap(page->out, reason ? reason : "", 4, 4, page->width);
    }
}

static int print_table(struct table *table, unsigned indent, const struct page *page)
{
    int result = table_print(table, page->out, indent, page->width);

    table_free(table);
    return result;
}

static int print_indicators(const json_t *document, struct page *page)
{
    struct fact_sink sink = {print_fact, page};
    struct table table;
    int result;

    print_title(page, _("Indicators"));
    if (document_count(document, "metrics") == 0) {
        fprintf(page->out, "  %s\n", _("none: the run ended before its first look"));
        return 0;
    }
    report_metrics_table(&table, document, page->colour ? REPORT_COLOUR : REPORT_PLAIN);
    result = print_table(&table, 0, page);
    fputc('\n', page->out);
    page->label_width = REMARK_WIDTH;
    report_remarks(document, &sink);
    fputc('\n', page->out);
    forest_print(document, page->out, page->width);
    return result;
}

static int print_cost(const json_t *document, const struct page *page)
{
    char title[160];
    struct table table;

    if (!document_at(document, "cost_split"))
        return 0;
    snprintf(title, sizeof(title), _("Where the cost lands, per %.100s"),
             document_text_or(document, "workload.operation", _("operation")));
    print_title(page, title);
    report_cost_table(&table, document);
    return print_table(&table, 2, page);
}

static int print_breakdown(const json_t *document, const struct page *page)
{
    struct table table;
    char sentence[500];
    int result;

    if (!document_at(document, "breakdown"))
        return 0;
    print_title(page, _("Where the cost comes from ('tracetoll explain' has more)"));
    report_breakdown_table(&table, document);
    result = print_table(&table, 2, page);
    if (report_latency_sentence(sentence, sizeof(sentence), document)[0]) {
        fputs("  ", page->out);
        text_wrap(page->out, sentence, 2, 2, page->width);
    }
    return result;
}

static int print_versus(const json_t *document, struct page *page)
{
    struct fact_sink sink = {print_fact, page};
    struct table table;
    int result, later;

    if (!document_at(document, "versus"))
        return 0;
    print_title(page, _("Against each other"));
    page->label_width = VERSUS_WIDTH;
    report_versus(document, &sink);
    fputc('\n', page->out);
    report_versus_table(&table, document);
    result = print_table(&table, 2, page);
    if (document_count(document, "versus.target.programs") == 0)
        return result;
    print_title(page, _("BPF programs of the second target"));
    report_programs_table(&table, document_at(document, "versus"));
    later = print_table(&table, 2, page);
    return result ? result : later;
}

static int print_advice(const json_t *document, const struct page *page)
{
    const json_t *advice = document_at(document, "advice"), *sampling = report_sampling(advice);
    struct table table;
    int result;

    if (document_count(document, "advice") == 0)
        return 0;
    print_title(page, _("What would make it cheaper ('tracetoll advise' has more)"));
    report_advice_table(&table, advice);
    result = print_table(&table, 2, page);
    if (result || !sampling)
        return result;
    print_title(page, _("What it would cost with fewer events"));
    report_sampling_table(&table, sampling);
    return print_table(&table, 2, page);
}

static void print_maps(const json_t *document, const struct page *page)
{
    double total = 0;
    size_t count = document_count(document, "target.maps"), unknown = 0;
    char text[FIGURE_TEXT];

    for (size_t i = 0; i < count; i++) {
        double bytes = document_number(document_item(document, "target.maps", i), "bytes");

        unknown += !(bytes >= 0);
        total += bytes >= 0 ? bytes : 0;
    }
    if (count == 0)
        return;
    figure_quantity(text, sizeof(text), total, "bytes");
    fputs("  ", page->out);
    if (unknown)
        fprintf(page->out,
                count == 1 ? _("%zu map, %s and %zu of unknown size")
                           : _("%zu maps, %s and %zu of unknown size"),
                count, text, unknown);
    else
        fprintf(page->out, count == 1 ? _("%zu map, %s") : _("%zu maps, %s"), count, text);
    fputc('\n', page->out);
}

static int print_programs(const json_t *document, const struct page *page)
{
    struct table table;
    int result;

    if (document_count(document, "target.programs") == 0)
        return 0;
    print_title(page, _("BPF programs of the target"));
    report_programs_table(&table, document);
    result = print_table(&table, 2, page);
    print_maps(document, page);
    return result;
}

static void print_warnings(const json_t *document, const struct page *page)
{
    size_t count = document_count(document, "warnings");

    if (count)
        print_title(page, _("Warnings"));
    for (size_t i = 0; i < count && i < REPORT_ROWS_MAX; i++) {
        const json_t *warning = document_item(document, "warnings", i);
        const char *code = document_text(warning, "code"), *remedy = document_text(warning, "remedy");

        fprintf(page->out, "  %s: ", code);
        text_wrap(page->out, document_text(warning, "text"), text_width(code) + 4, 4, page->width);
        if (!remedy[0])
            continue;
        fputs("    -> ", page->out);
        text_wrap(page->out, remedy, 7, 7, page->width);
    }
}

static int print_report(const json_t *document, struct page *page)
{
    struct fact_sink sink = {print_fact, page};
    int result, later;

    print_headline(document, page);
    fputc('\n', page->out);
    report_scenario(document, &sink);
    report_machine(document, &sink);
    result = print_indicators(document, page);
    later = print_versus(document, page);
    result = result ? result : later;
    later = print_cost(document, page);
    result = result ? result : later;
    later = print_breakdown(document, page);
    result = result ? result : later;
    later = print_programs(document, page);
    result = result ? result : later;
    print_title(page, _("Can it be trusted?"));
    page->label_width = TRUST_WIDTH;
    report_trust(document, &sink);
    report_left_out(document, &sink);
    print_warnings(document, page);
    later = print_advice(document, page);
    result = result ? result : later;
    /* Not wrapped: it is there to be copied. */
    print_title(page, _("Repeat"));
    fprintf(page->out, "  %s\n", document_text(document, "command.repeat"));
    return result;
}

static int render(const json_t *document, const struct render_options *options, FILE *out)
{
    struct page page = {
        .out = out, .width = options->width, .label_width = LABEL_WIDTH, .colour = options->colour};
    json_t *harmless = text_harmless(document, TEXT_MAX_BYTES);
    int result = harmless ? print_report(harmless, &page) : -ENOMEM;

    json_decref(harmless);
    if (result == 0 && ferror(out))
        result = -EIO;
    return result;
}

const struct renderer renderer_text = {
    .name = "text",
    .summary = "a report for the terminal",
    .media_type = "text/plain; charset=utf-8",
    .translated = true,
    .render = render,
};
