/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "orchestrator/analysis.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/options.h"

#include <errno.h>
#include <stdlib.h>

OPTIONS_FLAG(struct gate_options, quiet)
OPTIONS_FLAG(struct gate_options, dry_run)

static int set_format(void *context, const char *value, struct error *error)
{
    struct gate_options *options = context;

    if (options->format_count == GATE_FORMATS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d formats", GATE_FORMATS_MAX);
    options->formats[options->format_count++] = value;
    return gate_formats_check(value, error);
}

OPTIONS_LANG(struct gate_options)

static int set_json(void *context, const char *value, struct error *error)
{
    (void)value;
    return set_format(context, "json", error);
}

static int set_output(void *context, const char *value, struct error *error)
{
    (void)error;
    ((struct gate_options *)context)->output = value;
    return 0;
}

static int set_attempt(void *context, const char *value, struct error *error)
{
    char *end;
    unsigned long number = strtoul(value, &end, 10);

    if (end == value || *end || value[0] == '-' || number < 1 || number > ATTEMPT_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "--attempt %s: write a number from 1 to %d", value,
                         ATTEMPT_MAX);
    ((struct gate_options *)context)->attempt = (unsigned)number;
    return 0;
}

static const struct option_spec specs[] = {
    {"output", 'o', "FILE", "write the gate document (tracetoll.gate/1), with every run's own in it",
     set_output},
    {"format", 'f', "text|markdown|json|junit[=FILE]", "what to print or to write; repeatable", set_format},
    {"json", 0, NULL, "the same as -f json", set_json},
    {"attempt", 0, "N",
     "this is the Nth attempt of this scenario: each one after the first has half the error left",
     set_attempt},
    {"dry-run", 0, NULL, "check the scenario, print its runs and the time they take, and end", set_dry_run},
    OPTIONS_LANG_ROW,
    {"quiet", 'q', NULL, "no progress, no summary on standard output", set_quiet},
};

static const struct command_help help = {
    "tracetoll gate [OPTIONS] SCENARIO.yaml",
    "Runs what a scenario file says (docs/scenario.md): targets under loads, on this host or on other "
    "kernels "
    "in\n"
    "guests, held to budgets. One verdict, one exit status: the first of 130, 1, 2, 7, 5, 6, 4, 3, 0 that "
    "occurred.",
};

int gate_options_parse(struct gate_options *options, int argc, char **argv, struct error *error)
{
    *options = (struct gate_options){.attempt = 1};
    return options_parse_scenario(specs, ARRAY_SIZE(specs), &help, options, argc, argv, &options->scenario,
                                  error);
}
