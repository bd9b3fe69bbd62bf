/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/history/commands.h"
#include "orchestrator/output.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>

static int print_attempts(void *context, const struct history_row *row)
{
    (void)context;
    if (row->attempts)
        fprintf(stderr, "document %lld: attempt %u of %u of its scenario for this version and kernel\n",
                (long long)row->id, row->attempt, row->attempts);
    return 0;
}

static int print(const struct history_options *options, const json_t *document, struct error *error)
{
    int result;

    if (options->format_count)
        return output_write(options->formats, options->format_count, document, NULL, error);
    result = document_print(document, stdout);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot write the document: %s",
                              strerror(-result))
                  : 0;
}

static int run(const struct history_options *options, struct interrupt *interrupt, struct error *error)
{
    OWNED_HISTORY struct history *history = NULL;
    CLEANUP(jsonio_drop) json_t *document = NULL;
    struct history_filter filter = {0};
    int result = output_check(options->formats, options->format_count, error);

    (void)interrupt;
    if (result == 0)
        result = history_open_chosen(options, HISTORY_EXISTING, &history, error);
    if (result == 0)
        result = history_load(history, options->words[0], &filter.id, &document, error);
    if (result == 0)
        result = history_list(history, &filter, print_attempts, NULL, error);
    return result ? result : print(options, document, error);
}

static const struct option_spec specs[] = {
    {"format", 'f', "NAME[=FILE]", "report to print or to write; repeatable (default: the document itself)",
     history_set_format},
    HISTORY_OPTION_DATABASE,
};

const struct history_command history_command_show = {
    .name = "show",
    .help = {"tracetoll history show [OPTIONS] NUMBER|DIGEST",
             "Prints a document as it was added, or a report of it. The digest may be cut to six digits or "
             "more."},
    .specs = specs,
    .spec_count = ARRAY_SIZE(specs),
    .words_min = 1,
    .words_max = 1,
    .run = run,
};
