/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll diff */
#include "base/cleanup.h"
#include "base/names.h"
#include "orchestrator/command.h"
#include "orchestrator/diff/comparable.h"
#include "orchestrator/diff/document.h"
#include "orchestrator/diff/print.h"
#include "orchestrator/options.h"
#include "orchestrator/outcome.h"
#include "reports/document.h"
#include "reports/text.h"

#include <errno.h>
#include <string.h>

#define TEXT_MAX_BYTES 4000 /* of one text in a document */

static int print_json(const json_t *diff, const struct render_options *options, FILE *out)
{
    (void)options;
    return document_print(diff, out);
}

struct diff_format {
    const char *name;
    int (*print)(const json_t *diff, const struct render_options *options, FILE *out);
};

static const struct diff_format formats[] = {
    {"text", diff_print_text},
    {"markdown", diff_print_markdown},
    {"md", diff_print_markdown},
    {"json", print_json},
};

struct diff_options {
    const char *files[2];
    unsigned file_count;
    struct diff_budgets budgets;
    const struct diff_format *format; /* NULL: text, unless the document goes to a file */
    const char *output, *lang;
};

OPTIONS_LANG(struct diff_options)

static int set_budget(void *options, const char *value, struct error *error)
{
    return diff_budgets_add(&((struct diff_options *)options)->budgets, value, error);
}

static int set_format(void *options, const char *value, struct error *error)
{
    const char *names[ARRAY_SIZE(formats)];
    char suggestion[128];

    for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
        names[i] = formats[i].name;
        if (strcmp(formats[i].name, value) == 0) {
            ((struct diff_options *)options)->format = &formats[i];
            return 0;
        }
    }
    return error_set(error, EXIT_USAGE, -EINVAL, "unknown format \"%s\"%s; choose text, markdown or json",
                     value, name_suggestion(suggestion, sizeof(suggestion), value, names, ARRAY_SIZE(names)));
}

static int set_json(void *options, const char *value, struct error *error)
{
    (void)value;
    return set_format(options, "json", error);
}

static int set_output(void *options, const char *value, struct error *error)
{
    (void)error;
    ((struct diff_options *)options)->output = value;
    return 0;
}

static const struct option_spec specs[] = {
    {"budget", 0, "METRIC=PCT", "how much worse than in OLD an overhead may be; repeatable", set_budget},
    {"format", 'f', "text|markdown|json", "what to print (default: text)", set_format},
    {"json", 0, NULL, "the same as -f json", set_json},
    {"output", 'o', "FILE", "write the comparison document (tracetoll.diff/1)", set_output},
    OPTIONS_LANG_ROW,
};

static const struct command_help help = {
    "tracetoll diff [OPTIONS] OLD.json NEW.json",
    "Has the overhead changed? Compares the overheads of two result documents, kernel to kernel or tool "
    "version\n"
    "to tool version: never times, but what each tool made of its own baseline.",
};

static int parse(struct diff_options *options, int argc, char **argv, struct error *error)
{
    int result = options_parse_words(specs, ARRAY_SIZE(specs), &help, options, argc, argv, options->files,
                                     ARRAY_SIZE(options->files), &options->file_count, error);

    if (result == 0 && options->file_count < ARRAY_SIZE(options->files))
        result = error_set(error, EXIT_USAGE, -EINVAL, "diff compares two files; usage: %s", help.usage);
    return result;
}

/* Without blocks, and with texts that can't drive a terminal: they go into sentences. A new reference. */
static int read_document(const char *path, json_t **document, struct error *error)
{
    json_t *whole = NULL;
    int result = document_read(path, &whole, error);

    if (result)
        return result;
    *document = text_harmless(whole, TEXT_MAX_BYTES);
    json_decref(whole);
    return *document ? 0 : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

static int show(const struct diff_options *options, const json_t *diff, struct error *error)
{
    const struct render_options render = render_options_for(stdout);
    const struct diff_format *format = options->format;
    CLEANUP(i18n_end) struct i18n_scope scope = {0};
    int result = options->output ? document_write(options->output, diff, error) : 0;

    if (result || (options->output && !format))
        return result;
    /* NOLINTNEXTLINE(clang-analyzer-deadcode.DeadStores): i18n_end() reads it */
    scope = i18n_begin(options->lang);
    result = (format ? format : formats)->print(diff, &render, stdout);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot write the comparison: %s",
                              strerror(-result))
                  : 0;
}

static int compare(const struct diff_options *options, const json_t *old, const json_t *new,
                   struct error *error)
{
    struct diff_input input = {.old = old,
                               .new = new,
                               .old_file = options->files[0],
                               .new_file = options->files[1],
                               .kind = diff_kind_of(new),
                               .budgets = options->budgets};
    json_t *diff = NULL;
    enum exit_status status;
    int result = diff_comparable(old, new, error);

    if (result == 0)
        result = diff_compose(&input, &diff, error);
    if (result == 0)
        result = show(options, diff, error);
    status = (enum exit_status)json_integer_value(document_at(diff, "verdict.exit_status"));
    json_decref(diff);
    return outcome_told(status, result, error);
}

int command_diff(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    struct diff_options options = {0};
    json_t *old = NULL, *new = NULL;
    int result = parse(&options, argc, argv, error);

    (void)interrupt;
    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    result = read_document(options.files[0], &old, error);
    if (result == 0)
        result = read_document(options.files[1], &new, error);
    if (result == 0)
        result = compare(&options, old, new, error);
    json_decref(old);
    json_decref(new);
    return result;
}
