/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "orchestrator/diff/print.h"
#include "orchestrator/diff/tables.h"
#include "reports/document.h"
#include "reports/forest.h"
#include "reports/text.h"

#include <errno.h>

#define TEXT_MAX_BYTES 4000 /* of one text in the document */
#define LABEL_WIDTH    14

struct page {
    FILE *out;
    const struct render_options *options;
};

static void print_fact(void *context, const char *label, const char *text)
{
    const struct page *page = context;

    int blank = LABEL_WIDTH - (int)text_width(label);

    fprintf(page->out, "  %s%*s", label, blank > 0 ? blank : 1, "");
    text_wrap(page->out, text, 2 + LABEL_WIDTH, 2 + LABEL_WIDTH, page->options->width);
}

static void print_title(const struct page *page, const char *title)
{
    fprintf(page->out, page->options->colour ? "\n\033[1m%s\033[0m\n" : "\n%s\n", title);
}

static void print_headline(const json_t *diff, const struct page *page)
{
    char verdict[64];
    unsigned used;

    report_verdict(verdict, sizeof(verdict), document_text(diff, "verdict.status"),
                   page->options->colour ? REPORT_COLOUR : REPORT_PLAIN);
    used = text_width(verdict) + 2;
    fprintf(page->out, "%s  ", verdict);
    text_wrap(page->out, document_text(diff, "verdict.sentence"), used, used, page->options->width);
    for (size_t i = 0; i < document_count(diff, "verdict.reasons") && i < REPORT_ROWS_MAX; i++) {
        const char *reason = json_string_value(document_item(diff, "verdict.reasons", i));

        fputs("  - ", page->out);
        text_wrap(page->out, reason ? reason : "", 4, 4, page->options->width);
    }
    fputc('\n', page->out);
}

/* Releases the table. */
static int print_table(struct table *table, unsigned indent, const struct page *page)
{
    int result = table_print(table, page->out, indent, page->options->width);

    table_free(table);
    return result;
}

/* The forest plot draws metrics[].effect: here that is the change. */
static json_t *changes_as_effects(const json_t *diff)
{
    json_t *list = json_array();

    for (size_t i = 0; i < document_count(diff, "metrics") && i < REPORT_ROWS_MAX; i++) {
        const json_t *row = document_item(diff, "metrics", i);
        json_t *effect = json_copy((json_t *)document_at(row, "change")), *copy;

        if (!json_is_object(effect)) {
            json_decref(effect);
            continue;
        }
        json_object_set(effect, "scale", json_object_get(row, "scale"));
        copy = json_copy((json_t *)row);
        json_object_set_new(copy, "effect", effect);
        json_array_append_new(list, copy);
    }
    return json_pack("{s:o}", "metrics", list);
}

static int print_overheads(const json_t *diff, const struct page *page)
{
    struct fact_sink sink = {print_fact, (void *)page};
    json_t *effects = changes_as_effects(diff);
    struct table table;
    int result;

    print_title(page, _("Overhead"));
    diff_metrics_table(&table, diff, page->options->colour ? REPORT_COLOUR : REPORT_PLAIN);
    result = print_table(&table, 0, page);
    fputc('\n', page->out);
    diff_remarks(diff, &sink);
    fputc('\n', page->out);
    forest_print(effects, page->out, page->options->width);
    json_decref(effects);
    return result;
}

static int print_differences(const json_t *diff, const struct page *page)
{
    struct table table;
    int programs = 0, environment = 0;

    if (document_count(diff, "programs")) {
        print_title(page, _("BPF programs that differ"));
        diff_programs_table(&table, diff);
        programs = print_table(&table, 2, page);
    }
    if (document_count(diff, "environment")) {
        print_title(page, _("Kernel and machine"));
        diff_environment_table(&table, diff);
        environment = print_table(&table, 2, page);
    }
    return programs ? programs : environment;
}

static void print_warnings(const json_t *diff, const struct page *page)
{
    size_t count = document_count(diff, "warnings");

    if (count)
        print_title(page, _("Warnings"));
    for (size_t i = 0; i < count && i < REPORT_ROWS_MAX; i++) {
        const json_t *warning = document_item(diff, "warnings", i);
        const char *code = document_text(warning, "code"), *remedy = document_text(warning, "remedy");

        fprintf(page->out, "  %s: ", code);
        text_wrap(page->out, document_text(warning, "text"), text_width(code) + 4, 4, page->options->width);
        if (!remedy[0])
            continue;
        fputs("    -> ", page->out);
        text_wrap(page->out, remedy, 7, 7, page->options->width);
    }
}

int diff_print_text(const json_t *diff, const struct render_options *options, FILE *out)
{
    struct page page = {out, options};
    struct fact_sink sink = {print_fact, &page};
    json_t *harmless = text_harmless(diff, TEXT_MAX_BYTES);
    int overheads, differences;

    if (!harmless)
        return -ENOMEM;
    print_headline(harmless, &page);
    diff_sources(harmless, &sink);
    overheads = print_overheads(harmless, &page);
    differences = print_differences(harmless, &page);
    print_warnings(harmless, &page);
    json_decref(harmless);
    if (overheads || differences)
        return overheads ? overheads : differences;
    return ferror(out) ? -EIO : 0;
}
