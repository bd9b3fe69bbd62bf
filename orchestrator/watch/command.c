/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll watch */
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/units.h"
#include "orchestrator/command.h"
#include "orchestrator/scenario/check_watch.h"
#include "orchestrator/watch/look.h"
#include "orchestrator/watch/options.h"
#include "orchestrator/watch/print.h"

#include <errno.h>
#include <string.h>

/* What others read is theirs to read: a file of ours alone would give the collector nothing. */
#define TEXTFILE_MODE 0644

static int replace(const char *path, const char *text, size_t size, struct error *error)
{
    int result = file_replace_mode(path, text, size, TEXTFILE_MODE);

    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot write %s: %s", path, strerror(-result))
                  : 0;
}

static int write_rules(const struct watch_plan *plan, const char *path, struct error *error)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *memory;
    int result;

    if (strcmp(path, "-") == 0)
        return watch_rules(plan, stdout);
    memory = open_memstream(&text, &size);
    result = memory ? watch_rules(plan, memory) : -ENOMEM;
    if (memory && fclose(memory) != 0)
        result = -ENOMEM;
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "out of memory")
                  : replace(path, text, size, error);
}

static int write_textfile(const struct watch_plan *plan, const struct watch_figures *figures,
                          struct error *error)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    int result = memory ? watch_textfile(plan, figures, memory) : -ENOMEM;

    if (memory && fclose(memory) != 0)
        result = -ENOMEM;
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "out of memory")
                  : replace(plan->textfile, text, size, error);
}

/* Looks begin an interval after each other, however long they take; those that were missed are not made up.
 */
static int look_again_and_again(struct watch_state *state, const struct watch_plan *plan,
                                const struct watch_options *options, struct interrupt *interrupt,
                                bool *written, struct error *error)
{
    OWNED_PTR struct watch_figures *figures = malloc(sizeof(*figures));

    if (!figures)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    for (uint64_t done = 0;;) {
        uint64_t begin_ns = clock_now_ns();
        int result = watch_look(state, plan, interrupt, figures);

        if (result == -EINTR)
            return result;
        if (result)
            return error_set(error, EXIT_ENVIRONMENT, result, "cannot look at the agent: %s",
                             strerror(-result));
        if (plan->textfile)
            result = write_textfile(plan, figures, error);
        if (result)
            return result;
        *written = plan->textfile != NULL;
        if (!options->quiet)
            watch_print(figures, stdout);
        if (options->count && ++done == options->count)
            return 0;
        result = interrupt_wait(interrupt, begin_ns + plan->interval_ns, -1);
        if (result)
            return result;
    }
}

/* A file that nobody keeps up would go on telling what was: it goes with us, but for a number of looks that
 * somebody asked for. Before the first look it is not ours, and a device in its place never is. */
static int watch(const struct watch_plan *plan, const struct watch_options *options,
                 struct interrupt *interrupt, struct error *error)
{
    OWNED_PTR struct watch_state *state = calloc(1, sizeof(*state));
    bool written = false;
    int result =
        state ? watch_open(state, plan, error) : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");

    if (result == 0)
        result = look_again_and_again(state, plan, options, interrupt, &written, error);
    if (state)
        watch_close(state);
    if (result && written)
        file_remove_regular(plan->textfile);
    if (result != -EINTR)
        return result;
    if (options->count == 0) /* nothing but a signal ends it: that is no failure */
        return EXIT_MEASURED;
    return error_set(error, EXIT_INTERRUPTED, result, "interrupted before the last look");
}

/* What the command line says goes before the scenario. */
static int apply(const struct watch_options *options, struct watch_plan *plan, struct error *error)
{
    if (options->interval_ns)
        plan->interval_ns = options->interval_ns;
    if (options->has_statistics)
        plan->statistics_ns = options->statistics_ns;
    if (options->textfile)
        plan->textfile = options->textfile;
    return watch_check_times(plan->interval_ns, plan->statistics_ns, error);
}

int command_watch(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    struct watch_options options;
    struct watch_plan plan;
    int result = watch_options_parse(&options, argc, argv, error);

    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    result = scenario_load(&file, options.scenario, error);
    if (result == 0)
        result = scenario_check(&file, error);
    if (result == 0)
        result = scenario_watch_plan(&file, &plan, error);
    if (result == 0)
        result = apply(&options, &plan, error);
    if (result)
        return result;
    if (options.rules)
        return write_rules(&plan, options.rules, error);
    if (geteuid() != 0)
        return error_set(error, EXIT_ENVIRONMENT, -EPERM,
                         "the BPF programs of others are root's to see; run it as root");
    return watch(&plan, &options, interrupt, error);
}
