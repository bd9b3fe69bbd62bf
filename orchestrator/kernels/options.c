/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/kernels/kernels.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "orchestrator/options.h"
#include "orchestrator/plan.h"

#include <errno.h>
#include <string.h>

#define BOOT_LIMIT_NS 120e9
#define RUN_LIMIT_NS  1800e9

OPTIONS_FLAG(struct kernels_options, force)
OPTIONS_FLAG(struct kernels_options, quiet)
OPTIONS_LANG(struct kernels_options)

static int set_kernel(void *context, const char *value, struct error *error)
{
    struct kernels_options *options = context;

    if (options->kernel_count == KERNELS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d kernels in one comparison", KERNELS_MAX);
    return lab_name_parse(value, &options->kernels[options->kernel_count++], error);
}

static int set_exact(void *context, const char *value, struct error *error)
{
    (void)value, (void)error;
    ((struct kernels_options *)context)->mode = MODE_EXACT;
    return 0;
}

static int set_timed(void *context, const char *value, struct error *error)
{
    (void)value, (void)error;
    ((struct kernels_options *)context)->mode = MODE_TIMED;
    return 0;
}

static int set_seeds(void *context, const char *value, struct error *error)
{
    struct kernels_options *options = context;
    char *end;
    unsigned long seeds = strtoul(value, &end, 10);

    if (end == value || *end || seeds < 1 || seeds > KERNELS_SEEDS)
        return error_set(error, EXIT_USAGE, -EINVAL, "--seeds %s: write a number from 1 to %d", value,
                         KERNELS_SEEDS);
    options->seeds = (unsigned)seeds;
    return 0;
}

static int set_memory(void *context, const char *value, struct error *error)
{
    struct kernels_options *options = context;
    struct quantity quantity;
    int result = quantity_parse(value, "--memory", &quantity, error);

    if (result)
        return result;
    if (quantity.dimension != DIMENSION_BYTES || quantity.number < 64 * 1048576.0 || quantity.number > 1e12)
        return error_set(error, EXIT_USAGE, -EINVAL, "--memory %s: write bytes, at least 64MiB", value);
    options->memory_mib = (unsigned)(quantity.number / 1048576);
    return 0;
}

static int set_boot_timeout(void *context, const char *value, struct error *error)
{
    return quantity_parse_some_time_ns(value, "--boot-timeout",
                                       &((struct kernels_options *)context)->boot_limit_ns, error);
}

static int set_timeout(void *context, const char *value, struct error *error)
{
    return quantity_parse_some_time_ns(value, "--timeout", &((struct kernels_options *)context)->run_limit_ns,
                                       error);
}

static int set_file(void *context, const char *value, struct error *error)
{
    struct kernels_options *options = context;

    if (options->file_count == KERNELS_FILES)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d files", KERNELS_FILES);
    options->files[options->file_count++] = (char *)value;
    return 0;
}

static int set_output(void *context, const char *value, struct error *error)
{
    (void)error;
    ((struct kernels_options *)context)->output = value;
    return 0;
}

static int set_documents(void *context, const char *value, struct error *error)
{
    (void)error;
    ((struct kernels_options *)context)->documents = value;
    return 0;
}

static int set_format(void *context, const char *value, struct error *error)
{
    static const char *const formats[] = {"text", "markdown", "json"};

    for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
        if (strcmp(formats[i], value) == 0) {
            ((struct kernels_options *)context)->format = formats[i];
            return 0;
        }
    return error_set(error, EXIT_USAGE, -EINVAL, "--format %s: choose text, markdown or json", value);
}

static const struct option_spec specs[] = {
    {"kernel", 0, "K",
     "host, debian:6.1, debian:6.1.0-44, debian:rt-6.1, image=PATH,modules=DIR[,headers=DIR]", set_kernel},
    {"exact", 0, NULL, "count instructions: figures repeat to the last digit (default)", set_exact},
    {"timed", 0, NULL, "measure time, on KVM", set_timed},
    {"force", 0, NULL, "--timed without KVM as well: those times say nothing about machines", set_force},
    {"seeds", 0, "N", "boots per kernel, each with another seed (default: 3 for run, 1 for micro)",
     set_seeds},
    {"memory", 0, "SIZE", "of a guest (default: by what it holds)", set_memory},
    {"boot-timeout", 0, "S", "until the command starts (default 120)", set_boot_timeout},
    {"timeout", 0, "S", "that the command may take (default 1800)", set_timeout},
    {"file", 0, "PATH", "a file or directory that the target needs besides what is found by itself",
     set_file},
    {"output", 'o', "FILE", "write the comparison document", set_output},
    {"documents", 0, "DIR", "write each kernel's own document there, as RELEASE.json (for 'tracetoll diff')",
     set_documents},
    {"format", 'f', "text|markdown|json", "what to print (default: text)", set_format},
    OPTIONS_LANG_ROW,
    {"quiet", 'q', NULL, "no progress", set_quiet},
};

static const struct command_help help = {
    "tracetoll kernels --kernel K [--kernel K...] [OPTIONS] -- run|micro ARGS...\n"
    "       tracetoll kernels list",
    "Runs the same measurement on other kernels, in guests that never touch this machine, and compares.",
};

static int refuse_outputs(struct error *error)
{
    return error_set(
        error, EXIT_USAGE, -EINVAL,
        "-o and --lang belong before the --: the guests' documents are in the comparison document");
}

/* The words of `micro` are parsed in the guest alone. */
static int check_micro(const struct kernels_options *options, struct error *error)
{
    for (int i = 1; i < options->command_count; i++)
        if (strncmp(options->command[i], "-o", 2) == 0 || strncmp(options->command[i], "--output", 8) == 0)
            return refuse_outputs(error);
    return 0;
}

/* A mistake in it is told before anything is booted. */
static int check_run(struct kernels_options *options, struct error *error)
{
    CLEANUP(plan_free) struct plan plan = {0};
    int result = run_options_parse(&options->run, options->command_count, options->command, error);

    if (result)
        return result;
    if (options->run.output || options->run.lang)
        return refuse_outputs(error);
    if (options->run.against || options->run.regression_count)
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "a guest has no earlier document; compare with 'tracetoll diff', or with a scenario's "
            "against: ('tracetoll gate')");
    return plan_make(&plan, &options->run, error);
}

static int check_command(struct kernels_options *options, struct error *error)
{
    const char *name = options->command_count > 0 ? options->command[0] : "";

    options->micro = strcmp(name, "micro") == 0;
    if (!options->micro && strcmp(name, "run") != 0)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "behind -- stands the command for the guests, run or micro; %s", help.usage);
    if (options->kernel_count == 0)
        return error_set(error, EXIT_USAGE, -EINVAL, "which kernels? %s", help.usage);
    for (unsigned i = 0; options->mode == MODE_EXACT && i < options->kernel_count; i++)
        if (options->kernels[i].origin == LAB_HOST)
            return error_set(error, EXIT_USAGE, -EINVAL,
                             "--kernel host runs on this machine's own clock; it needs --timed");
    if (options->mode == MODE_TIMED && options->seeds > 1)
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "--seeds is of --exact, where chance is the seed's alone; with --timed, a run repeats "
            "its quads: --quads says how many");
    if (!options->seeds)
        options->seeds = options->micro || options->mode == MODE_TIMED ? 1 : KERNELS_SEEDS_OF_RUN;
    return 0;
}

int kernels_options_parse(struct kernels_options *options, int argc, char **argv, struct error *error)
{
    int rest, result;

    *options = (struct kernels_options){
        .format = "text", .boot_limit_ns = BOOT_LIMIT_NS, .run_limit_ns = RUN_LIMIT_NS};
    result = options_parse(specs, ARRAY_SIZE(specs), &help, options, argc, argv, &rest, error);
    if (result)
        return result;
    options->command = argv + rest;
    options->command_count = argc - rest;
    result = check_command(options, error);
    if (result)
        return result;
    return options->micro ? check_micro(options, error) : check_run(options, error);
}
