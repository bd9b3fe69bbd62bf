/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/markdown.h"
#include "reports/renderer.h"
#include "reports/report_facts.h"
#include "reports/report_tables.h"
#include "reports/report_versus.h"
#include "reports/text.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#define TEXT_MAX_BYTES   2000      /* of one text in the document */
#define REPORT_MAX_BYTES (1000000) /* GitHub shows no Markdown file of 1 MiB and more */

static void print_title(const char *title, FILE *out)
{
    fprintf(out, "\n## %s\n\n", title);
}

/* Escaped as a whole: the formats hold nothing that Markdown would take for its own. */
__attribute__((format(printf, 2, 3))) static void print_format(FILE *out, const char *format, ...)
{
    OWNED_PTR char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    markdown_text(out, text ? text : "");
}

static void print_line(const char *text, FILE *out)
{
    fprintf(out, "%s\n", text);
}

static void print_summary(const json_t *document, FILE *out)
{
    char verdict[64];

    fputs("# ", out);
    print_format(out, _("%s on %s"),
                 document_text_or(document, "target.argv.0", document_text(document, "target.kind")),
                 document_text_or(document, "workload.text", _("an unknown workload")));
    fputs("\n\n**", out);
    markdown_text(out, report_verdict(verdict, sizeof(verdict), document_text(document, "verdict.status"),
                                      REPORT_MARKDOWN));
    fputs("**: ", out);
    markdown_text(out, document_text_or(document, "verdict.sentence", _("no conclusion")));
    fputc('\n', out);
}

static int print_indicators(const json_t *document, const struct fact_sink *sink, FILE *out)
{
    struct table table;
    int result;

    print_title(_("Indicators"), out);
    if (document_count(document, "metrics") == 0) {
        print_line(_("None: the run ended before its first look."), out);
        return 0;
    }
    report_metrics_table(&table, document, REPORT_MARKDOWN);
    result = markdown_table(&table, out);
    fputc('\n', out);
    report_remarks(document, sink);
    return result;
}

static int print_cost(const json_t *document, FILE *out)
{
    struct table table;

    print_title(_("Where the cost lands"), out);
    if (!document_at(document, "cost_split")) {
        print_line(_("Not known for this run."), out);
        return 0;
    }
    print_format(out, _("Added per %s:"), document_text_or(document, "workload.operation", _("operation")));
    fputs("\n\n", out);
    report_cost_table(&table, document);
    return markdown_table(&table, out);
}

static int print_breakdown(const json_t *document, FILE *out)
{
    struct table table;
    char sentence[500];
    int result;

    if (!document_at(document, "breakdown"))
        return 0;
    print_title(_("Where the cost comes from"), out);
    report_breakdown_table(&table, document);
    result = markdown_table(&table, out);
    if (report_latency_sentence(sentence, sizeof(sentence), document)[0]) {
        fputc('\n', out);
        markdown_text(out, sentence);
        fputc('\n', out);
    }
    return result;
}

static int print_versus(const json_t *document, const struct fact_sink *sink, FILE *out)
{
    struct table table;
    int result, later;

    if (!document_at(document, "versus"))
        return 0;
    print_title(_("Against each other"), out);
    report_versus(document, sink);
    fputc('\n', out);
    report_versus_table(&table, document);
    result = markdown_table(&table, out);
    if (document_count(document, "versus.target.programs") == 0)
        return result;
    fprintf(out, "\n%s\n\n", _("Programs of the second target:"));
    report_programs_table(&table, document_at(document, "versus"));
    later = markdown_table(&table, out);
    return result ? result : later;
}

static int print_advice(const json_t *document, FILE *out)
{
    const json_t *advice = document_at(document, "advice"), *sampling = report_sampling(advice);
    struct table table;
    int result;

    if (document_count(document, "advice") == 0)
        return 0;
    print_title(_("What would make it cheaper"), out);
    report_advice_table(&table, advice);
    result = markdown_table(&table, out);
    if (result || !sampling)
        return result;
    fputs("\n", out);
    report_sampling_table(&table, sampling);
    return markdown_table(&table, out);
}

static int print_programs(const json_t *document, FILE *out)
{
    struct table table;
    int result;

    print_title(_("Programs"), out);
    if (document_count(document, "target.programs") == 0)
        print_line(_("No BPF program of the target is known."), out);
    report_programs_table(&table, document);
    result = document_count(document, "target.programs") ? markdown_table(&table, out) : 0;
    if (document_count(document, "target.maps") == 0)
        return result;
    fputc('\n', out);
    report_maps_table(&table, document);
    return markdown_table(&table, out) || result ? -ENOMEM : 0;
}

static void print_conclusion(const json_t *document, const struct fact_sink *sink, FILE *out)
{
    print_title(_("Conclusion"), out);
    markdown_text(out, document_text_or(document, "verdict.sentence", _("No conclusion.")));
    fputs("\n\n", out);
    for (size_t i = 0; i < document_count(document, "verdict.reasons") && i < REPORT_ROWS_MAX; i++) {
        const char *reason = json_string_value(document_item(document, "verdict.reasons", i));

        fputs("- ", out);
        markdown_text(out, reason ? reason : "");
        fputc('\n', out);
    }
    report_trust(document, sink);
    report_left_out(document, sink);
}

static void print_warnings(const json_t *document, FILE *out)
{
    size_t count = document_count(document, "warnings");

    print_title(_("Warnings"), out);
    if (count == 0)
        print_line(_("None."), out);
    for (size_t i = 0; i < count && i < REPORT_ROWS_MAX; i++) {
        const json_t *warning = document_item(document, "warnings", i);
        const char *remedy = document_text(warning, "remedy");

        fputs("- ", out);
        markdown_code(out, document_text(warning, "code"));
        fputs(": ", out);
        markdown_text(out, document_text(warning, "text"));
        fputs(remedy[0] ? _(" *What to do*: ") : "", out);
        markdown_text(out, remedy);
        fputc('\n', out);
    }
}

static int print_report(const json_t *document, FILE *out)
{
    struct fact_sink sink = {markdown_fact, out};
    int indicators, versus, cost, breakdown, programs, advice;

    print_summary(document, out);
    print_title(_("Environment"), out);
    report_environment(document, &sink);
    print_title(_("Scenario"), out);
    report_scenario(document, &sink);
    indicators = print_indicators(document, &sink, out);
    versus = print_versus(document, &sink, out);
    cost = print_cost(document, out);
    breakdown = print_breakdown(document, out);
    programs = print_programs(document, out);
    print_conclusion(document, &sink, out);
    print_warnings(document, out);
    advice = print_advice(document, out);
    print_title(_("How to repeat"), out);
    markdown_shell(out, document_text(document, "command.repeat"));
    fputc('\n', out);
    print_format(out, _("Measured by %s %s (%s), %s."), document_text_or(document, "tool.name", "tracetoll"),
                 document_text(document, "tool.version"),
                 document_text_or(document, "tool.revision", _("unknown revision")),
                 document_text(document, "time.started"));
    fputc('\n', out);
    return indicators  ? indicators
           : versus    ? versus
           : cost      ? cost
           : breakdown ? breakdown
           : programs  ? programs
                       : advice;
}

/* Where the last of an odd number of lines of backticks before `size` begins: a block that would stay open.
 */
static size_t open_fence(const char *text, size_t size)
{
    size_t fence = size;
    bool open = false;

    for (size_t at = 0; at < size; at += strcspn(text + at, "\n") + 1)
        if (strncmp(text + at, "```", 3) == 0) {
            open = !open;
            fence = at;
        }
    return open ? fence : size;
}

/* Whole lines up to the limit; the text is NUL-terminated. */
static void print_capped(const char *text, size_t size, FILE *out)
{
    if (size > REPORT_MAX_BYTES) {
        size = REPORT_MAX_BYTES;
        while (size > 0 && text[size - 1] != '\n')
            size--;
        size = open_fence(text, size);
    }
    fwrite(text, 1, size, out);
    if (text[size])
        fprintf(out, "\n*%s*\n", _("The report was cut here: it would have been larger than 1 MB."));
}

static int render(const json_t *document, const struct render_options *options, FILE *out)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    OWNED_FILE FILE *memory = open_memstream(&text, &size);
    json_t *harmless = text_harmless(document, TEXT_MAX_BYTES);
    int result = harmless && memory ? print_report(harmless, memory) : -ENOMEM;

    (void)options;
    json_decref(harmless);
    if (result == 0 && fflush(memory) != 0)
        result = -ENOMEM;
    if (result)
        return result;
    print_capped(text, size, out);
    return ferror(out) ? -EIO : 0;
}

const struct renderer renderer_markdown = {
    .name = "markdown",
    .summary = "a report for a repository or an issue (GitHub Flavored Markdown)",
    .media_type = "text/markdown; charset=utf-8",
    .translated = true,
    .render = render,
};
