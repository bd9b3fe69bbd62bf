/* SPDX-License-Identifier: GPL-2.0 */
/* The two commands that only read: a report from a document, and a document from a trial. */
#include "base/cleanup.h"
#include "orchestrator/command.h"
#include "orchestrator/compose.h"
#include "orchestrator/options.h"
#include "orchestrator/outcome.h"
#include "orchestrator/output.h"
#include "orchestrator/run_options.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>

struct report_options {
    const char *formats[FORMATS_MAX];
    unsigned format_count;
    const char *output, *lang;
};

OPTIONS_LANG(struct report_options)

static int set_format(void *context, const char *value, struct error *error)
{
    struct report_options *options = context;

    if (options->format_count == FORMATS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d formats", FORMATS_MAX);
    options->formats[options->format_count++] = value;
    return 0;
}

static int set_output(void *context, const char *value, struct error *error)
{
    (void)error;
    ((struct report_options *)context)->output = value;
    return 0;
}

static const struct option_spec specs[] = {
    {"format", 'f', "NAME[=FILE]", "report to print or to write; repeatable (default: text)", set_format},
    {"output", 'o', "FILE", "write the result document", set_output},
    OPTIONS_LANG_ROW,
};

static int parse(struct report_options *options, const struct command_help *help, int argc, char **argv,
                 const char **file, struct error *error)
{
    unsigned count;
    int result;

    *options = (struct report_options){0};
    result = options_parse_words(specs, ARRAY_SIZE(specs), help, options, argc, argv, file, 1, &count, error);
    if (result)
        return result;
    if (count == 0)
        return error_set(error, EXIT_USAGE, -EINVAL, "no file given; usage: %s", help->usage);
    return output_check(options->formats, options->format_count, error);
}

static int show(const struct report_options *options, const json_t *document, struct error *error)
{
    static const char *const text[] = {"text"};
    CLEANUP(i18n_end) struct i18n_scope scope = i18n_begin(options->lang);
    int result = 0;

    if (options->output)
        result = document_write(options->output, document, error);
    if (options->format_count || !options->output) {
        struct error why = {0};

        result =
            error_join(error, result, &why,
                       output_write(options->format_count ? options->formats : text,
                                    options->format_count ? options->format_count : 1, document, NULL, &why));
    }
    return result;
}

static int report(const struct command_help *help, const char *format, int argc, char **argv,
                  struct error *error)
{
    struct report_options options;
    const char *file;
    CLEANUP(jsonio_drop) json_t *document = NULL;
    int result = parse(&options, help, argc, argv, &file, error);

    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    if (options.format_count == 0 && !options.output)
        options.formats[options.format_count++] = format;
    result = document_read(file, &document, error);
    if (result == 0)
        result = show(&options, document, error);
    return result ? result : EXIT_MEASURED;
}

int command_report(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    static const struct command_help help = {"tracetoll report [OPTIONS] RESULT.json",
                                             "Prints the report of a result document."};

    (void)interrupt;
    return report(&help, "text", argc, argv, error);
}

int command_explain(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    static const struct command_help help = {
        "tracetoll explain RESULT.json",
        "Prints where the cost comes from: the parts that add up to what was measured, what is left\n"
        "unexplained, and what the target's programs contain."};

    (void)interrupt;
    return report(&help, "explain", argc, argv, error);
}

int command_analyse(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    static const struct command_help help = {"tracetoll analyse [OPTIONS] TRIAL.jsonl",
                                             "Makes the result document of a run again from its raw blocks "
                                             "(run --trial FILE). Exits with the run's "
                                             "status."};
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_FILE FILE *input = NULL;
    struct report_options options;
    const char *file;
    CLEANUP(jsonio_drop) json_t *document = NULL;
    bool truncated = false;
    int result = parse(&options, &help, argc, argv, &file, error);

    (void)interrupt;
    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    input = fopen(file, "re");
    if (!input)
        return error_set(error, EXIT_USAGE, -errno, "cannot read %s: %s", file, strerror(errno));
    result = trial_read(&trial, input, &truncated, error);
    if (result == 0)
        result = compose_document(&trial, &document, error);
    if (result == 0)
        result = document_check(document, error); /* its facts may be anybody's */
    if (result)
        return error_prefix(error, result, "%s", file);
    if (truncated)
        fprintf(stderr, "tracetoll: %s: the last line is cut short and was left out\n", file);
    result = show(&options, document, error);
    return outcome_told((enum exit_status)json_integer_value(
                            json_object_get(json_object_get(document, "verdict"), "exit_status")),
                        result, error);
}
