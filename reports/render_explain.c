/* SPDX-License-Identifier: GPL-2.0 */
/* Where the cost comes from, and nothing else: what `tracetoll explain` prints. */
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/renderer.h"
#include "reports/report_tables.h"
#include "reports/text.h"

#include <errno.h>
#include <stdarg.h>

#define TEXT_MAX_BYTES 400

typedef void fill_table(struct table *table, const json_t *document);

static int print(const json_t *document, fill_table *fill, unsigned width, FILE *out)
{
    struct table table;
    int result;

    fill(&table, document);
    result = table_print(&table, out, 2, width);
    table_free(&table);
    fputc('\n', out);
    return result;
}

__attribute__((format(printf, 2, 3))) static void print_paragraph(FILE *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(out, format, arguments);
    va_end(arguments);
    fputs("\n\n", out);
}

static int explain_latency(const json_t *document, const char *operation, unsigned width, FILE *out)
{
    const char *reason = document_text(document, "breakdown.latency_reason");
    char sentence[500];

    if (!document_at(document, "breakdown.latency")) {
        if (reason[0])
            print_paragraph(out, _("What of it a %s waits for can't be told: %s."), operation, reason);
        return 0;
    }
    print_paragraph(out, _("What of it the %s waits for"), operation);
    fputs("  ", out);
    text_wrap(out, report_latency_sentence(sentence, sizeof(sentence), document), 2, 2, width);
    fputc('\n', out);
    return print(document, report_latency_table, width, out);
}

static int explain(const json_t *document, unsigned width, FILE *out)
{
    const char *operation = document_text_or(document, "workload.operation", _("operation"));
    int parts = 0, latency = 0, split = 0, code = 0, maps = 0;

    if (document_at(document, "breakdown")) {
        print_paragraph(out, _("Where the cost comes from, per %s"), operation);
        parts = print(document, report_breakdown_table, width, out);
        latency = explain_latency(document, operation, width, out);
        print_paragraph(out, _("Programs, per %s"), operation);
        split = print(document, report_split_table, width, out);
    } else {
        print_paragraph(
            out, _("This document has no breakdown: the run was made with --no-breakdown or --sham, or "
                   "a part of the\n"
                   "cost could not be told ('tracetoll run' without --no-breakdown makes one)."));
    }
    print_paragraph(out,
                    _("What the programs contain: the fewest and the most on any path (any: in a loop)"));
    code = print(document, report_code_table, width, out);
    if (document_count(document, "target.maps") > 0) {
        print_paragraph(out, _("Maps, and what the programs do with them per %s"), operation);
        maps = print(document, report_maps_table, width, out);
    }
    return parts ? parts : latency ? latency : split ? split : code ? code : maps;
}

static int render(const json_t *document, const struct render_options *options, FILE *out)
{
    json_t *harmless = text_harmless(document, TEXT_MAX_BYTES);
    int result = harmless ? explain(harmless, options->width, out) : -ENOMEM;

    json_decref(harmless);
    return result == 0 && ferror(out) ? -EIO : result;
}

const struct renderer renderer_explain = {
    .name = "explain",
    .summary = "where the cost comes from, and what the programs contain",
    .media_type = "text/plain; charset=utf-8",
    .translated = true,
    .render = render,
};
