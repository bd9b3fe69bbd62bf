/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/watch/options.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "orchestrator/options.h"

#include <errno.h>

OPTIONS_FLAG(struct watch_options, quiet)

static int read_time(const char *value, const char *what, uint64_t *ns, struct error *error)
{
    double number;
    int result = quantity_parse_time_ns(value, what, &number, error);

    if (result == 0 && number > 1e18)
        result = error_set(error, EXIT_USAGE, -EINVAL, "%s: %s is too long", what, value);
    if (result == 0)
        *ns = (uint64_t)number;
    return result;
}

static int set_interval(void *context, const char *value, struct error *error)
{
    struct watch_options *options = context;
    int result = read_time(value, "--interval", &options->interval_ns, error);

    if (result == 0 && !options->interval_ns)
        return error_set(error, EXIT_USAGE, -EINVAL, "--interval: there is some time between two looks");
    return result;
}

static int set_statistics(void *context, const char *value, struct error *error)
{
    struct watch_options *options = context;

    options->has_statistics = true;
    return read_time(value, "--statistics", &options->statistics_ns, error);
}

static int set_textfile(void *context, const char *value, struct error *error)
{
    (void)error;
    ((struct watch_options *)context)->textfile = value;
    return 0;
}

static int set_rules(void *context, const char *value, struct error *error)
{
    (void)error;
    ((struct watch_options *)context)->rules = value;
    return 0;
}

static int set_count(void *context, const char *value, struct error *error)
{
    struct watch_options *options = context;
    struct quantity quantity;
    int result = quantity_parse(value, "--count", &quantity, error);

    if (result)
        return result;
    if (quantity.dimension != DIMENSION_NONE || quantity.number < 1 || quantity.number > 1e9 ||
        quantity.number != (double)(uint64_t)quantity.number)
        return error_set(error, EXIT_USAGE, -EINVAL, "--count: %s is no number of looks", value);
    options->count = (uint64_t)quantity.number;
    return 0;
}

static int set_once(void *context, const char *value, struct error *error)
{
    (void)value;
    return set_count(context, "1", error);
}

static const struct option_spec specs[] = {
    {"interval", 0, "T", "time between two looks (default: watch.interval of the scenario, else 60s)",
     set_interval},
    {"statistics", 0, "T",
     "how long the kernel's BPF statistics are on in each look (default: watch.statistics, else 1s); 0 for "
     "never",
     set_statistics},
    {"textfile", 0, "FILE", "for the node exporter's textfile collector; replaced at each look",
     set_textfile},
    {"rules", 0, "FILE", "write alerting rules for Prometheus (- prints them), and end", set_rules},
    {"count", 0, "N", "end after N looks, and leave the textfile", set_count},
    {"once", 0, NULL, "the same as --count 1", set_once},
    {"quiet", 'q', NULL, "print no line for each look", set_quiet},
};

static const struct command_help help = {
    "tracetoll watch [OPTIONS] SCENARIO.yaml",
    "Looks at an agent that is rolled out, once a minute: CPU, memory, runs and times of its BPF programs,\n"
    "events lost (docs/live.md). It changes nothing, and ends with 0 when a signal ends it; the textfile "
    "then "
    "goes.",
};

int watch_options_parse(struct watch_options *options, int argc, char **argv, struct error *error)
{
    *options = (struct watch_options){0};
    return options_parse_scenario(specs, ARRAY_SIZE(specs), &help, options, argc, argv, &options->scenario,
                                  error);
}
