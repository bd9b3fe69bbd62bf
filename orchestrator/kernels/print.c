/* SPDX-License-Identifier: GPL-2.0 */
/* The comparison for people: what each kernel adds, then what else differs. */
#include "orchestrator/kernels/kernels.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/table.h"
#include "reports/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#define WIDTH 110

struct page {
    FILE *out;
    bool markdown;
    const json_t *comparison, *kernels;
    bool exact;
};

static int print_table(const struct page *page, const char *title, struct table *table)
{
    if (table->cell_count == 0 && !table->failed)
        return 0;
    fprintf(page->out, page->markdown ? "### %s\n\n" : "%s\n\n", title);
    if (page->markdown ? table_print_markdown(table, page->out) : table_print(table, page->out, 2, WIDTH))
        return -ENOMEM;
    fputc('\n', page->out);
    return 0;
}

/* Instructions are counted and not measured: their digits are real. */
static void number_cell(struct table *table, double number)
{
    if (isnan(number))
        table_cell(table, "-");
    else
        table_cell(table, "%.*f", fabs(number) < 1000 ? 3 : fabs(number) < 100000 ? 1 : 0, number);
}

static void range_cell(struct table *table, const json_t *object, const char *path)
{
    const json_t *interval = document_at(object, path);
    double low = document_number(interval, "low"), high = document_number(interval, "high");

    if (isnan(low) || isnan(high))
        table_cell(table, "%s", "");
    else
        table_cell(table, "[%.*f, %.*f]", fabs(high) < 1000 ? 3 : 1, low, fabs(high) < 1000 ? 3 : 1, high);
}

static void add_metric_row(struct table *table, const struct page *page, const json_t *metric, size_t kernel)
{
    const json_t *on = document_item(metric, "kernels", kernel);
    double relative = document_number(on, "effect.estimate");
    bool is_relative = strcmp(document_text(on, "effect.scale"), "relative") == 0;

    table_cell(table, "%s", kernel == 0 ? document_text(metric, "name") : "");
    table_cell(table, "%s", kernel == 0 ? document_text(metric, "unit") : "");
    table_cell(table, "%s", document_text(json_array_get(page->kernels, kernel), "name"));
    number_cell(table, document_number(on, "baseline"));
    number_cell(table, document_number(on, "with_target"));
    number_cell(table, document_number(on, "absolute.estimate"));
    range_cell(table, on, "absolute");
    if (is_relative && !isnan(relative))
        table_cell(table, "%+.2f %%", 100 * relative);
    else
        table_cell(table, "%s", "");
    table_cell(table, "%s",
               on && document_at(on, "resolved") && !document_is_true(on, "resolved") ? _("unresolved") : "");
}

/* Of a whole document's metrics those that instructions are counted for, or time is the question of. */
static bool is_shown(const json_t *metric)
{
    const char *unit = document_text(metric, "unit");

    return document_is_true(metric, "primary") || strcmp(unit, "insn") == 0 ||
           strncmp(document_text(metric, "name"), "latency.", 8) == 0 ||
           strcmp(document_text(metric, "name"), "cpu.per_op") == 0;
}

static int print_metrics(const struct page *page)
{
    static const struct table_column columns[] = {
        {N_("metric"), false, false},    {N_("unit"), false, false},    {N_("kernel"), false, false},
        {N_("off"), true, false},        {N_("on"), true, false},       {N_("added"), true, false},
        {N_("over seeds"), true, false}, {N_("relative"), true, false}, {"", false, false}};
    CLEANUP(table_free) struct table table;
    const json_t *metric;
    size_t i;

    table_init(&table, columns, ARRAY_SIZE(columns));
    json_array_foreach(document_at(page->comparison, "comparison.metrics"), i, metric)
    {
        for (size_t kernel = 0; is_shown(metric) && kernel < json_array_size(page->kernels); kernel++)
            add_metric_row(&table, page, metric, kernel);
    }
    return print_table(page, _("What the target adds per operation"), &table);
}

/* --- micro --- */

static const json_t *find_row(const json_t *document, const json_t *like)
{
    const json_t *row;
    size_t i;

    json_array_foreach(document_at(document, "rows"), i, row)
    {
        if (strcmp(document_text(row, "suite"), document_text(like, "suite")) == 0 &&
            strcmp(document_text(row, "name"), document_text(like, "name")) == 0 &&
            strcmp(document_text(row, "variant"), document_text(like, "variant")) == 0)
            return row;
    }
    return NULL;
}

static void add_micro_row(struct table *table, const struct page *page, const json_t *like)
{
    const char *variant = document_text(like, "variant");
    const json_t *kernel;
    size_t i;

    table_cell(table, "%s%s%s", document_text(like, "name"), variant[0] ? ", " : "", variant);
    table_cell(table, "%s", document_text(like, "per"));
    json_array_foreach(page->kernels, i, kernel)
    {
        const json_t *row = find_row(document_at(kernel, "document"), like);
        double estimate = document_number(row, "estimate");

        if (isnan(estimate))
            table_cell(table, "%s", row ? document_text(row, "status") : "-");
        else if (document_at(row, "detail.bounds")) /* digits would be made up */
            table_cell(table, _("%.0f to %.0f"), document_number(row, "low"), document_number(row, "high"));
        else
            table_cell(table, "%.3f", estimate);
    }
}

static int print_micro(const struct page *page)
{
    struct table_column columns[KERNELS_MAX + 2] = {{N_("operation"), false, false},
                                                    {N_("per"), false, false}};
    CLEANUP(table_free) struct table table;
    const json_t *kernel, *row, *first = NULL;
    size_t i;

    json_array_foreach(page->kernels, i, kernel)
    {
        columns[i + 2] = (struct table_column){document_text(kernel, "name"), true, false};
        first = first ? first : document_at(kernel, "document.rows");
    }
    table_init(&table, columns, (unsigned)json_array_size(page->kernels) + 2);
    json_array_foreach(first, i, row)
    {
        add_micro_row(&table, page, row);
    }
    return print_table(page, page->exact ? _("Instructions") : _("Nanoseconds"), &table);
}

/* Variants of an operation mostly lack the same. */
static bool said_before(const json_t *rows, size_t index)
{
    const json_t *row = json_array_get(rows, index);

    for (size_t i = 0; i < index; i++) {
        const json_t *before = json_array_get(rows, i);

        if (strcmp(document_text(row, "name"), document_text(before, "name")) == 0 &&
            strcmp(document_text(row, "reason"), document_text(before, "reason")) == 0)
            return true;
    }
    return false;
}

/* Each reason once, with the kernels and operations that it stands for. */
static void print_reasons(const struct page *page)
{
    const json_t *kernel, *row;
    size_t i, j;

    json_array_foreach(page->kernels, i, kernel)
    {
        const json_t *rows = document_at(kernel, "document.rows");

        json_array_foreach(rows, j, row)
        {
            const char *reason = document_text(row, "reason");

            if (!reason[0] || said_before(rows, j))
                continue;
            fputs(page->markdown ? "- " : "  ", page->out);
            fprintf(page->out, _("%s: %s %s, because %s"), document_text(kernel, "name"),
                    document_text(row, "name"), document_text(row, "status"), reason);
            fputc('\n', page->out);
        }
    }
}

/* --- what else differs --- */

static void add_program_row(struct table *table, const struct page *page, const json_t *program,
                            size_t kernel)
{
    const json_t *on = document_item(program, "kernels", kernel);

    table_cell(table, "%s", kernel == 0 ? document_text(program, "name") : "");
    table_cell(table, "%s", document_text(json_array_get(page->kernels, kernel), "name"));
    table_cell(table, "%s", on ? document_text(on, "attach") : _("not there"));
    table_cell(table, "%s", on ? document_text(on, "mechanism") : "");
    number_cell(table, document_number(on, "runs_per_op"));
    table_cell(table, isnan(document_number(on, "verified_insns")) ? "-" : "%.0f",
               document_number(on, "verified_insns"));
    table_cell(table, isnan(document_number(on, "jited_bytes")) ? "-" : "%.0f",
               document_number(on, "jited_bytes"));
}

static int print_programs(const struct page *page)
{
    static const struct table_column columns[] = {
        {N_("program"), false, false},     {N_("kernel"), false, false},
        {N_("attached to"), false, false}, {N_("mechanism"), false, false},
        {N_("runs per op"), true, false},  {N_("verified insns"), true, false},
        {N_("JITed bytes"), true, false}};
    CLEANUP(table_free) struct table table;
    const json_t *program;
    size_t i;

    table_init(&table, columns, ARRAY_SIZE(columns));
    json_array_foreach(document_at(page->comparison, "comparison.programs"), i, program)
    {
        for (size_t kernel = 0; kernel < json_array_size(page->kernels); kernel++)
            add_program_row(&table, page, program, kernel);
    }
    return print_table(page, _("Programs"), &table);
}

static int print_config(const struct page *page)
{
    struct table_column columns[KERNELS_MAX + 1] = {{N_("CONFIG_"), false, false}};
    CLEANUP(table_free) struct table table;
    const json_t *kernel, *option;
    size_t i, j;

    json_array_foreach(page->kernels, i, kernel)
    {
        columns[i + 1] = (struct table_column){document_text(kernel, "name"), false, false};
    }
    table_init(&table, columns, (unsigned)json_array_size(page->kernels) + 1);
    json_array_foreach(document_at(page->comparison, "comparison.config"), i, option)
    {
        table_cell(&table, "%s", document_text(option, "option"));
        for (j = 0; j < json_array_size(page->kernels); j++) {
            const char *value = json_string_value(document_item(option, "values", j));

            table_cell(&table, "%s", value ? value : "?");
        }
    }
    return print_table(page, _("Configuration that differs"), &table);
}

__attribute__((format(printf, 2, 3))) static void print_indented(FILE *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("  ", out);
    vfprintf(out, format, arguments);
    va_end(arguments);
    fputc('\n', out);
}

static void print_console(const struct page *page, const json_t *kernel)
{
    const json_t *line;
    size_t i;

    json_array_foreach(document_at(kernel, "console"), i, line)
    {
        fprintf(page->out, "    | %s\n", json_string_value(line) ? json_string_value(line) : "");
    }
}

/* A tool that lost its events, or never ran, must not look as if it were free. */
static void print_warnings(const struct page *page, const json_t *kernel)
{
    const json_t *warning;
    size_t i;

    json_array_foreach(document_at(kernel, "document.warnings"), i, warning)
    {
        print_indented(page->out, "%s: %s", document_text(warning, "code"), document_text(warning, "text"));
    }
}

static void print_head(const struct page *page)
{
    const json_t *kernel;
    size_t i;

    json_array_foreach(page->kernels, i, kernel)
    {
        const char *reason = document_text(kernel, "reason"),
                   *trouble = document_text(kernel, "kernel_trouble"),
                   *sentence = document_text(kernel, "document.verdict.sentence");

        fprintf(page->out, "%s%s (%s)%s%s\n", page->markdown ? "- " : "", document_text(kernel, "name"),
                document_text(kernel, "release"), sentence[0] ? ": " : "", sentence);
        if (reason[0])
            print_indented(page->out, _("exit status %.0f: %s"), document_number(kernel, "exit_status"),
                           reason);
        print_console(page, kernel);
        print_warnings(page, kernel);
        if (trouble[0])
            print_indented(page->out, _("its kernel complained: %s"), trouble);
    }
    fputc('\n', page->out);
}

static void print_foot(const struct page *page)
{
    const char *qemu = document_text(page->comparison, "machine.qemu");

    if (page->exact)
        fprintf(
            page->out,
            _("Exact: one nanosecond of the guest's clock is one instruction (QEMU %s, -cpu %s). "
              "Instructions are\n"
              "not time: no caches, no stalls, no contention. The same command gives the same figures.\n"),
            qemu, document_text(page->comparison, "machine.cpu"));
    else if (qemu[0])
        fprintf(page->out, _("Timed, on %s.\n"), document_text(page->comparison, "machine.accelerator"));
    else
        fputs(_("Timed, on this machine itself.\n"), page->out);
}

static bool has_figures(const struct page *page)
{
    const json_t *kernel;
    size_t i;

    json_array_foreach(page->kernels, i, kernel)
    {
        if (document_at(kernel, "document"))
            return true;
    }
    return false;
}

int kernels_print(const json_t *comparison, bool markdown, FILE *out)
{
    json_t *harmless = text_harmless(comparison, 900);
    struct page page = {.out = out,
                        .markdown = markdown,
                        .comparison = harmless,
                        .kernels = document_at(harmless, "kernels"),
                        .exact = strcmp(document_text(harmless, "mode"), "exact") == 0};
    int result = harmless ? 0 : -ENOMEM;

    if (result)
        return result;
    print_head(&page);
    result = print_metrics(&page);
    if (result == 0)
        result = print_micro(&page);
    if (result == 0)
        print_reasons(&page);
    if (result == 0)
        result = print_programs(&page);
    if (result == 0)
        result = print_config(&page);
    if (result == 0 && has_figures(&page))
        print_foot(&page);
    json_decref(harmless);
    return result;
}
