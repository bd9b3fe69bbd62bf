/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/run_options.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "orchestrator/options.h"

#include <errno.h>
#include <string.h>

#define TEXT_SETTER(field)                                                                                   \
    static int set_##field(void *options, const char *value, struct error *error)                            \
    {                                                                                                        \
        (void)error;                                                                                         \
        ((struct run_options *)options)->field = value;                                                      \
        return 0;                                                                                            \
    }
#define SOME_TIME_SETTER(field, option)                                                                      \
    static int set_##field(void *options, const char *value, struct error *error)                            \
    {                                                                                                        \
        return quantity_parse_some_time_ns(value, option, &((struct run_options *)options)->field, error);   \
    }
#define TIME_SETTER(field, option)                                                                           \
    static int set_##field(void *options, const char *value, struct error *error)                            \
    {                                                                                                        \
        return quantity_parse_time_ns(value, option, &((struct run_options *)options)->field, error);        \
    }

TEXT_SETTER(topology)
TEXT_SETTER(output)
TEXT_SETTER(trial)
TEXT_SETTER(target_output)
TEXT_SETTER(destroy)
TEXT_SETTER(versus)
TEXT_SETTER(on)
TEXT_SETTER(off)
TEXT_SETTER(ready)
TEXT_SETTER(against)
SOME_TIME_SETTER(window_ns, "--window")
SOME_TIME_SETTER(settle_ns, "--settle")
SOME_TIME_SETTER(max_time_ns, "--max-time")
TIME_SETTER(steady_ns, "--steady")
SOME_TIME_SETTER(attach_timeout_ns, "--attach-timeout")
OPTIONS_FLAG(struct run_options, no_emergency_stop)
OPTIONS_FLAG(struct run_options, no_breakdown)
OPTIONS_FLAG(struct run_options, no_statistics)
OPTIONS_FLAG(struct run_options, saturate)
OPTIONS_FLAG(struct run_options, exact)
OPTIONS_FLAG(struct run_options, quiet)
OPTIONS_FLAG(struct run_options, verbose)
OPTIONS_FLAG(struct run_options, dry_run)
OPTIONS_LANG(struct run_options)

static int set_workload(void *context, const char *value, struct error *error)
{
    struct run_options *options = context;

    if (!options->workload) {
        options->workload = value;
        return 0;
    }
    if (options->background_count == BACKGROUNDS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d loads beside the one that is measured",
                         BACKGROUNDS_MAX);
    options->backgrounds[options->background_count++] = value;
    return 0;
}

static int set_kind(struct run_options *options, const struct target_ops *kind, const char *word,
                    struct error *error)
{
    if (options->target_kind)
        return error_set(error, EXIT_USAGE, -EINVAL, "a run measures one target; --%s and --%s are two",
                         options->target_kind->name, kind->name);
    options->target_kind = kind;
    options->target_words[0] = (char *)word;
    return kind->parse ? kind->parse(options->target_words, error) : 0;
}

static int set_sham(void *context, const char *value, struct error *error)
{
    return set_kind(context, &target_sham, value, error);
}

static int set_object(void *context, const char *value, struct error *error)
{
    return set_kind(context, &target_object, value, error);
}

static int set_bcc(void *context, const char *value, struct error *error)
{
    return set_kind(context, &target_bcc, value, error);
}

static int set_probe(void *context, const char *value, struct error *error)
{
    return set_kind(context, &target_probe, value, error);
}

static int set_budget(void *context, const char *value, struct error *error)
{
    struct run_options *options = context;

    if (options->budget_count == BUDGETS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d budgets in one run", BUDGETS_MAX);
    options->budgets[options->budget_count++] = value;
    return 0;
}

static int set_regression(void *context, const char *value, struct error *error)
{
    struct run_options *options = context;

    if (options->regression_count == REGRESSIONS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d budgets against an earlier document",
                         REGRESSIONS_MAX);
    options->regressions[options->regression_count++] = value;
    return 0;
}

static int set_redact(void *context, const char *value, struct error *error)
{
    struct run_options *options = context;

    if (options->redaction_count == REDACTIONS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d patterns to redact in one run",
                         REDACTIONS_MAX);
    options->redactions[options->redaction_count++] = value;
    return 0;
}

static int set_format(void *context, const char *value, struct error *error)
{
    struct run_options *options = context;

    if (options->format_count == FORMATS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d formats in one run", FORMATS_MAX);
    options->formats[options->format_count++] = value;
    return 0;
}

static int set_quads(void *context, const char *value, struct error *error)
{
    struct run_options *options = context;
    char *end;
    unsigned long quads;

    if (strcmp(value, "long") == 0) {
        options->long_looks = true;
        return 0;
    }
    errno = 0;
    quads = strtoul(value, &end, 10);
    if (end == value || *end || errno || value[0] == '-' || quads < 1 || quads > 32)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "--quads %s: write a number from 1 to 32 (10 and more can give a verdict), or long",
                         value);
    options->max_quads = (unsigned)quads;
    return 0;
}

static int set_precision(void *context, const char *value, struct error *error)
{
    struct run_options *options = context;
    struct quantity quantity;
    int result = quantity_parse(value, "--precision", &quantity, error);

    if (result)
        return result;
    options->precision = quantity.dimension == DIMENSION_PERCENT ? quantity.number : quantity.number / 100;
    if ((quantity.dimension != DIMENSION_PERCENT && quantity.dimension != DIMENSION_NONE) ||
        !(options->precision > 0 && options->precision <= 1))
        return error_set(error, EXIT_USAGE, -EINVAL, "--precision %s: write per cent, for example 1%%",
                         value);
    return 0;
}

static int set_seed(void *context, const char *value, struct error *error)
{
    struct run_options *options = context;
    char *end;

    errno = 0;
    options->seed = strtoull(value, &end, 0);
    options->seed_given = true;
    if (end == value || *end || errno || value[0] == '-' || options->seed > INT64_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "--seed %s: write a whole number from 0 to 2^63-1",
                         value);
    return 0;
}

static int set_count(unsigned *field, const char *value, const char *option, unsigned most,
                     struct error *error)
{
    char *end;
    unsigned long number;

    errno = 0;
    number = strtoul(value, &end, 10);
    if (end == value || *end || errno || value[0] == '-' || number < 1 || number > most)
        return error_set(error, EXIT_USAGE, -EINVAL, "%s %s: write a number from 1 to %u", option, value,
                         most);
    *field = (unsigned)number;
    return 0;
}

static int set_attempt(void *context, const char *value, struct error *error)
{
    return set_count(&((struct run_options *)context)->attempt, value, "--attempt", ATTEMPT_MAX, error);
}

static int set_family(void *context, const char *value, struct error *error)
{
    return set_count(&((struct run_options *)context)->family, value, "--family", FAMILY_MAX, error);
}

static int set_scenario(void *context, const char *value, struct error *error)
{
    size_t digits = strspn(value, "0123456789abcdef");

    if (digits != 64 || value[digits])
        return error_set(error, EXIT_USAGE, -EINVAL, "--scenario %s: write the 64 digits of a SHA-256",
                         value);
    ((struct run_options *)context)->scenario = value;
    return 0;
}

static int set_choice(const char **field, const char *value, const char *option, const char *const *choices,
                      struct error *error)
{
    for (; *choices; choices++) {
        if (strcmp(*choices, value) != 0)
            continue;
        *field = value;
        return 0;
    }
    return error_set(error, EXIT_USAGE, -EINVAL, "%s cannot be \"%s\"; --help prints the choices", option,
                     value);
}

static int set_inconclusive(void *context, const char *value, struct error *error)
{
    static const char *const choices[] = {"report", "pass", "fail", NULL};

    return set_choice(&((struct run_options *)context)->inconclusive, value, "--inconclusive", choices,
                      error);
}

static int set_target_netns(void *context, const char *value, struct error *error)
{
    static const char *const choices[] = {"host", "client", "server", "router", NULL};

    return set_choice(&((struct run_options *)context)->target_netns, value, "--target-netns", choices,
                      error);
}

static int set_leave(void *context, const char *value, struct error *error)
{
    static const char *const choices[] = {"on", "off", NULL};

    return set_choice(&((struct run_options *)context)->leave, value, "--leave", choices, error);
}

/* The four options of one kind, as the target takes them: name and value. */
static int set_toggle(struct run_options *options, struct error *error)
{
    const struct {
        const char *name, *value;
    } words[] = {{"--on", options->on},
                 {"--off", options->off},
                 {"--ready", options->ready},
                 {"--leave", options->leave}};
    struct toggle_words parsed;
    unsigned count = 0;

    if (!options->on && !options->off && !options->ready && !options->leave)
        return 0;
    if (options->target_kind)
        return error_set(error, EXIT_USAGE, -EINVAL, "a run measures one target; --on and --%s are two",
                         options->target_kind->name);
    options->target_kind = &target_toggle;
    for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
        if (!words[i].value)
            continue;
        options->target_words[count++] = (char *)words[i].name;
        options->target_words[count++] = (char *)words[i].value;
    }
    return toggle_words_parse(options->target_words, &parsed, error);
}

static const struct option_spec specs[] = {
    {"workload", 'w', "NAME[,KEY=VALUE...]",
     "the load ('tracetoll list workloads' prints them); a second one runs beside it", set_workload},
    {"topology", 't', "NAME[,KEY=VALUE...]", "where it runs (default: the workload's own)", set_topology},
    {"budget", 0, "METRIC=LIMIT", "how much worse a metric may get, e.g. latency.p50=5%; repeatable",
     set_budget},
    {"against", 0, "BASE.json",
     "compare the overhead with that of an earlier document, as 'tracetoll diff' does", set_against},
    {"regression", 0, "METRIC=PCT", "how much worse than in BASE an overhead may be; repeatable",
     set_regression},
    {"sham", 0, NULL, "measure a target that does nothing (A/A test)", set_sham},
    {"probe", 0, "ATTACH[@WHERE][+OP...]",
     "measure one of our own probes, e.g. raw_tp@sys_enter+hash_update*4 ('tracetoll list probes')",
     set_probe},
    {"object", 0, "FILE.bpf.o", "measure a compiled BPF object, attached by libbpf", set_object},
    {"bcc", 0, "FILE.c", "measure a program in the dialect of BCC, compiled and attached by libbcc", set_bcc},
    {"on", 0, "CMD", "measure an agent that runs elsewhere: the command (sh -c) that switches it on", set_on},
    {"off", 0, "CMD", "the command that switches it off", set_off},
    {"ready", 0, "CMD", "ends with status 0 when it is on (default: by the system's BPF programs)",
     set_ready},
    {"leave", 0, "on|off", "how it is left, also if tracetoll is killed (default: off)", set_leave},
    {"versus", 0, "CMD",
     "measure a second target beside it, a command or '--probe SPEC' and the like in one argument, and "
     "compare both",
     set_versus},
    {"saturate", 0, NULL,
     "capacity with and without the target: as fast as the load goes, judged on throughput", set_saturate},
    {"window", 0, "TIME", "length of a window (default: attach + detach time, 0.25 to 4 s)", set_window_ns},
    {"settle", 0, "TIME", "wait between a switch and its window (default: attach time, 0.1 to 5 s)",
     set_settle_ns},
    {"max-time", 0, "TIME", "end within this time; fixes the number of looks", set_max_time_ns},
    {"quads", 0, "N|long", "looks up to N quads, or 10, 20, 40, 80, 128 (default: 10, 16, 24, 32)",
     set_quads},
    {"precision", 0, "PCT", "without a budget: stop once the interval is this narrow (default 1%)",
     set_precision},
    {"steady", 0, "TIME", "long attachment after the quads (default 15 s; 0: none)", set_steady_ns},
    {"no-emergency-stop", 0, NULL, "measure on even when a metric that has a budget gets five times worse",
     set_no_emergency_stop},
    {"no-statistics", 0, NULL,
     "don't count the runs of its programs afterwards: whether they fired is not known then, and there is no "
     "breakdown",
     set_no_statistics},
    {"no-breakdown", 0, NULL, "don't look into where the cost comes from", set_no_breakdown},
    {"inconclusive", 0, "report|pass|fail", "what an inconclusive run exits with: 3, 0 or 1",
     set_inconclusive},
    {"target-netns", 0, "host|client|server|router", "network namespace of the target (default: host)",
     set_target_netns},
    {"target-output", 0, "DIR", "keep what the target prints, 1 MiB of each stream and attachment",
     set_target_output},
    {"redact", 0, "PATTERN",
     "leave arguments of the target that match out of trial and document, e.g. '*' for all; repeatable",
     set_redact},
    {"destroy", 0, "DEVICE", "fio,device=DEVICE may overwrite what is on it", set_destroy},
    {"attach-timeout", 0, "TIME", "how long the target may take to attach (default 30 s)",
     set_attach_timeout_ns},
    {"exact", 0, NULL,
     "one quad and no statistics, for a clock that counts instructions ('tracetoll kernels' gives it)",
     set_exact},
    {"attempt", 0, "N",
     "this is the Nth attempt of the same run: each one after the first has half the error left",
     set_attempt},
    {"family", 0, "N", "N runs share one verdict, and with it the error of a FAIL ('tracetoll gate' says it)",
     set_family},
    {"scenario", 0, "SHA256", "digest of the scenario that the run is of, for the document", set_scenario},
    {"seed", 0, "N", "seed of the order of blocks (default: random, printed)", set_seed},
    {"output", 'o', "FILE", "write the result document", set_output},
    {"trial", 0, "FILE", "write the raw blocks as JSON lines (default: state directory)", set_trial},
    {"format", 'f', "NAME[=FILE]", "report to print or to write; repeatable (default: text)", set_format},
    OPTIONS_LANG_ROW,
    {"quiet", 'q', NULL, "no progress, no report on standard output", set_quiet},
    {"verbose", 'v', NULL, "say what is being done", set_verbose},
    {"dry-run", 0, NULL, "print the plan and end", set_dry_run},
};

static const struct command_help help = {
    "tracetoll run [OPTIONS] -- CMD ARGS...\n       tracetoll run [OPTIONS] --probe SPEC | --object FILE | "
    "--bcc FILE | --sham\n       tracetoll run [OPTIONS] --on CMD --off CMD [--ready CMD] [--leave on|off]",
    "Measures what the tracing tool CMD costs: runs a workload with the tool off and on in a random order, "
    "and\n"
    "reports the change in latency, throughput and CPU with its interval. {pid}, {ifname} and {cpu} in ARGS "
    "become\n"
    "those of the workload.",
};

int run_options_parse(struct run_options *options, int argc, char **argv, struct error *error)
{
    int rest, result;

    *options = (struct run_options){.precision = 0.01,
                                    .steady_ns = 15e9,
                                    .target_netns = "host",
                                    .inconclusive = "report",
                                    .attempt = 1,
                                    .family = 1};
    result = options_parse(specs, ARRAY_SIZE(specs), &help, options, argc, argv, &rest, error);
    if (result == 0)
        result = set_toggle(options, error);
    if (result)
        return result;
    if (!options->workload)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "no workload; give one with -w ('tracetoll list workloads' prints them)");
    if (options->target_kind && rest < argc)
        return error_set(error, EXIT_USAGE, -EINVAL, "--%s is a target of its own; leave out \"%s\"",
                         options->on ? "on" : options->target_kind->name, argv[rest]);
    if (!options->target_kind && rest == argc)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "no target; write the tool's command behind \"--\", or --probe SPEC, --object FILE, "
                         "--bcc FILE, or --sham");
    if (options->long_looks && options->max_quads)
        return error_set(error, EXIT_USAGE, -EINVAL, "--quads was given twice; choose one");
    if (options->exact && options->versus)
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "--versus is for a clock that has noise; where instructions are counted, measure each target by "
            "itself and compare the documents with 'tracetoll diff'");
    if (options->exact) {
        options->max_quads = 1;
        options->steady_ns = 0;
    }
    options->target_argv = argv + rest;
    if (options->target_kind)
        options->target_argv = options->target_words[0] ? options->target_words : NULL;
    else
        options->target_kind = &target_exec;
    return 0;
}
