/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "orchestrator/diff/print.h"
#include "orchestrator/diff/tables.h"
#include "reports/document.h"
#include "reports/markdown.h"
#include "reports/text.h"

#include <errno.h>

#define TEXT_MAX_BYTES 2000 /* of one text in the document */

static void print_title(const char *title, FILE *out)
{
    fprintf(out, "\n## %s\n\n", title);
}

static void print_headline(const json_t *diff, FILE *out)
{
    char verdict[64];

    fprintf(out, "# %s\n\n**", _("Change of the overhead"));
    markdown_text(out, report_verdict(verdict, sizeof(verdict), document_text(diff, "verdict.status"),
                                      REPORT_MARKDOWN));
    fputs("**: ", out);
    markdown_text(out, document_text(diff, "verdict.sentence"));
    fputs("\n\n", out);
    for (size_t i = 0; i < document_count(diff, "verdict.reasons") && i < REPORT_ROWS_MAX; i++) {
        const char *reason = json_string_value(document_item(diff, "verdict.reasons", i));

        fputs("- ", out);
        markdown_text(out, reason ? reason : "");
        fputc('\n', out);
    }
}

static int print_differences(const json_t *diff, FILE *out)
{
    struct table table;
    int programs = 0, environment = 0;

    print_title(_("Programs"), out);
    if (document_count(diff, "programs")) {
        diff_programs_table(&table, diff);
        programs = markdown_table(&table, out);
    } else {
        fprintf(out, "%s\n", _("The same programs, attached to the same places."));
    }
    print_title(_("Kernel and machine"), out);
    if (document_count(diff, "environment")) {
        diff_environment_table(&table, diff);
        environment = markdown_table(&table, out);
    } else {
        fprintf(out, "%s\n", _("Nothing that is known to matter for tracing differs."));
    }
    return programs ? programs : environment;
}

static void print_warnings(const json_t *diff, FILE *out)
{
    size_t count = document_count(diff, "warnings");

    print_title(_("Warnings"), out);
    if (count == 0)
        fprintf(out, "%s\n", _("None."));
    for (size_t i = 0; i < count && i < REPORT_ROWS_MAX; i++) {
        const json_t *warning = document_item(diff, "warnings", i);

        fputs("- ", out);
        markdown_code(out, document_text(warning, "code"));
        fputs(": ", out);
        markdown_text(out, document_text(warning, "text"));
        fputc('\n', out);
    }
}

int diff_print_markdown(const json_t *diff, const struct render_options *options, FILE *out)
{
    struct fact_sink sink = {markdown_fact, out};
    json_t *harmless = text_harmless(diff, TEXT_MAX_BYTES);
    struct table table;
    int overheads, differences;

    (void)options;
    if (!harmless)
        return -ENOMEM;
    print_headline(harmless, out);
    diff_sources(harmless, &sink);
    print_title(_("Overhead"), out);
    diff_metrics_table(&table, harmless, REPORT_MARKDOWN);
    overheads = markdown_table(&table, out);
    fputc('\n', out);
    diff_remarks(harmless, &sink);
    differences = print_differences(harmless, out);
    print_warnings(harmless, out);
    json_decref(harmless);
    if (overheads || differences)
        return overheads ? overheads : differences;
    return ferror(out) ? -EIO : 0;
}
