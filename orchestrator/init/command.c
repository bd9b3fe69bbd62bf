/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll init TOOL: a scenario to begin with. */
#include "base/cleanup.h"
#include "base/files.h"
#include "orchestrator/command.h"
#include "orchestrator/glimpse.h"
#include "orchestrator/init/scenario_text.h"
#include "orchestrator/options.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

struct init_options {
    const char *output;
    bool force;
};

OPTIONS_FLAG(struct init_options, force)

static int set_output(void *context, const char *value, struct error *error)
{
    (void)error;
    ((struct init_options *)context)->output = value;
    return 0;
}

static const struct option_spec specs[] = {
    {"output", 'o', "FILE", "write the scenario there (default: standard output)", set_output},
    {"force", 0, NULL, "overwrite FILE", set_force},
};

static const struct command_help help = {
    "tracetoll init [OPTIONS] [--] TOOL [ARGS...]",
    "Writes a scenario for 'tracetoll gate': starts the tool for a moment, sees what it attaches to, and\n"
    "picks loads and topologies that fire its programs.",
};

/* Before the tool is started; what appears meanwhile is not overwritten either, but for --force. */
static int check_output(const struct init_options *options, struct error *error)
{
    if (options->output && !options->force && access(options->output, F_OK) == 0)
        return error_set(error, EXIT_USAGE, -EEXIST, "%s is there already; --force overwrites it",
                         options->output);
    return 0;
}

static int write_new(const char *path, const char *text, size_t size, struct error *error)
{
    OWNED_FD int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    ssize_t written;

    if (fd < 0 && errno == EEXIST)
        return error_set(error, EXIT_USAGE, -EEXIST, "%s is there already; --force overwrites it", path);
    if (fd < 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot write %s: %s", path, strerror(errno));
    written = write(fd, text, size);
    if (written == (ssize_t)size && fsync(fd) == 0)
        return 0;
    unlink(path);
    return error_set(error, EXIT_ENVIRONMENT, -EIO, "cannot write %s: %s", path, strerror(errno));
}

static int deliver(const struct init_options *options, const char *text, size_t size, struct error *error)
{
    int result;

    if (!options->output) {
        fwrite(text, 1, size, stdout);
        return 0;
    }
    if (!options->force)
        return write_new(options->output, text, size, error);
    result = file_replace(options->output, text, size);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot write %s: %s", options->output,
                              strerror(-result))
                  : 0;
}

static int compose(char *const *argv, const struct inventory *inventory, char **text, size_t *size,
                   struct error *error)
{
    CLEANUP(proposal_free) struct proposal proposal = {0};
    FILE *out = open_memstream(text, size);
    int result = out ? proposal_make(&proposal, inventory) : -ENOMEM;

    if (result)
        error_set(error, EXIT_ENVIRONMENT, result, "out of memory");
    else
        result = scenario_text_write(out, argv, inventory, &proposal, error);
    if (out && fclose(out) != 0 && result == 0)
        result = error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    if (result == 0 && proposal.load_count == 0)
        fprintf(stderr,
                "tracetoll: no load is known to fire a program of %s; put one of your own into the "
                "scenario\n",
                argv[0]);
    return result;
}

int command_init(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    CLEANUP(glimpse_close) struct glimpse glimpse = GLIMPSE_NONE;
    struct init_options options = {0};
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    int rest, result = options_parse(specs, ARRAY_SIZE(specs), &help, &options, argc, argv, &rest, error);

    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    if (rest >= argc)
        return error_set(error, EXIT_USAGE, -EINVAL, "for which tool? usage: %s", help.usage);
    result = check_output(&options, error);
    if (result == 0)
        result = glimpse_open(&glimpse, argv + rest, interrupt, error);
    if (result == 0)
        result = compose(argv + rest, &glimpse.target.inventory, &text, &size, error);
    if (result == 0)
        result = glimpse_switch_off(&glimpse, error);
    if (result == 0)
        result = deliver(&options, text, size, error);
    return result ? result : EXIT_MEASURED;
}
