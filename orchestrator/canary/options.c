/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "orchestrator/canary/print.h"
#include "orchestrator/canary/session.h"
#include "orchestrator/options.h"
#include "orchestrator/outcome.h"
#include "orchestrator/page_formats.h"
#include "reports/document.h"

#include <errno.h>

static const struct page_format formats[] = {
    {"text", false, canary_print_text},
    {"markdown", false, canary_print_markdown},
    {"md", false, canary_print_markdown},
    {"json", false, document_print},
    {NULL, false, NULL},
};

OPTIONS_FLAG(struct canary_options, quiet)
OPTIONS_FLAG(struct canary_options, dry_run)

static int set_format(void *context, const char *value, struct error *error)
{
    struct canary_options *options = context;

    if (options->format_count == CANARY_FORMATS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d formats", CANARY_FORMATS_MAX);
    options->formats[options->format_count++] = value;
    return page_formats_check(formats, value, error);
}

static int set_json(void *context, const char *value, struct error *error)
{
    (void)value;
    return set_format(context, "json", error);
}

static int set_output(void *context, const char *value, struct error *error)
{
    (void)error;
    ((struct canary_options *)context)->output = value;
    return 0;
}

static int set_audit(void *context, const char *value, struct error *error)
{
    (void)error;
    ((struct canary_options *)context)->audit = value;
    return 0;
}

static const struct option_spec specs[] = {
    {"output", 'o', "FILE", "write the canary document (tracetoll.canary/1), with every step's own in it",
     set_output},
    {"format", 'f', "text|markdown|json[=FILE]", "what to print or to write; repeatable", set_format},
    {"json", 0, NULL, "the same as -f json", set_json},
    {"audit", 0, "FILE",
     "append each switch to this log (default: canary.audit of the scenario, else one in the state "
     "directory)",
     set_audit},
    {"dry-run", 0, NULL, "check the scenario, print its steps and rails and the time they take, and end",
     set_dry_run},
    {"quiet", 'q', NULL, "no progress, no summary on standard output", set_quiet},
};

static const struct command_help help = {
    "tracetoll canary [OPTIONS] SCENARIO.yaml",
    "Switches an agent on and off on a live machine, for a share of the time that rises step by step, and "
    "measures what\n"
    "it costs (docs/live.md). Guard rails are looked at every second; crossing one switches it off. Exits "
    "with 1 when a\n"
    "rail was crossed with it on or a budget is broken, with 3 when a rail was crossed with it off.",
};

int canary_options_parse(struct canary_options *options, int argc, char **argv, struct error *error)
{
    *options = (struct canary_options){0};
    return options_parse_scenario(specs, ARRAY_SIZE(specs), &help, options, argc, argv, &options->scenario,
                                  error);
}

static int write_formats(const struct canary_options *options, const json_t *document, struct error *error)
{
    static const char *const text[] = {"text"};

    return page_formats_write(formats, options->format_count ? options->formats : text,
                              options->format_count ? options->format_count : !options->quiet, NULL, document,
                              error);
}

int canary_publish(const struct canary_options *options, const json_t *document, enum canary_outcome outcome,
                   struct error *error)
{
    struct error unprinted = {0};
    int result = options->output ? document_write(options->output, document, error) : 0;
    int printed = write_formats(options, document, &unprinted);

    result = error_join(error, result, &unprinted, printed);
    /* What can't be written is to be mended and tried again: not where a rail or a budget ended it. */
    return outcome_told(canary_exit_status(outcome), result, error);
}
