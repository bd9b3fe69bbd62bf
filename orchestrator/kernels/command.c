/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll kernels */
#include "orchestrator/command.h"
#include "orchestrator/kernels/kernels.h"
#include "base/cleanup.h"
#include "base/i18n.h"
#include "base/clock.h"
#include "base/private_directory.h"
#include "orchestrator/outcome.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int print(const struct kernels_options *options, const json_t *comparison, struct error *error)
{
    CLEANUP(i18n_end) struct i18n_scope scope = i18n_begin(options->lang);
    int result = strcmp(options->format, "json") == 0
                     ? document_print(comparison, stdout)
                     : kernels_print(comparison, strcmp(options->format, "markdown") == 0, stdout);

    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot print: %s", strerror(-result)) : 0;
}

/* Which build of its release a kernel is: from 1. */
static unsigned builds_up_to(const json_t *comparison, size_t index)
{
    const json_t *kernels = document_at(comparison, "kernels");
    const char *release = document_text(json_array_get(kernels, index), "release");
    unsigned number = 1;

    for (size_t i = 0; i < index; i++)
        number += strcmp(document_text(json_array_get(kernels, i), "release"), release) == 0;
    return number;
}

/* For tracetoll diff, which compares documents of runs. */
static int write_documents(const char *directory, const json_t *comparison, struct error *error)
{
    const json_t *kernel;
    int result = 0;
    size_t i;

    if (mkdir(directory, 0755) != 0 && errno != EEXIST)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot make %s: %s", directory, strerror(errno));
    json_array_foreach(document_at(comparison, "kernels"), i, kernel)
    {
        const json_t *document = document_at(kernel, "document");
        unsigned number = builds_up_to(comparison, i);
        char path[PATH_MAX], suffix[16] = "";

        if (number > 1)
            snprintf(suffix, sizeof(suffix), "-%u", number);
        snprintf(path, sizeof(path), "%.3800s/%.200s%s.json", directory, document_text(kernel, "release"),
                 suffix);
        if (result == 0 && document)
            result = document_write(path, document, error);
    }
    return result;
}

static bool any_is_measured(const struct kernels_session *session)
{
    for (unsigned i = 0; i < session->options->kernel_count; i++)
        if (kernels_is_measured(session, i))
            return true;
    return false;
}

/* What took half an hour is told, whatever becomes of the files. `result`: of measuring, 0 or -EINTR. */
static int publish(const struct kernels_options *options, const json_t *comparison, int result,
                   struct error *error)
{
    struct error why = {0};

    if (options->output)
        result = error_join(error, result, &why, document_write(options->output, comparison, &why));
    why = (struct error){0};
    if (options->documents)
        result = error_join(error, result, &why, write_documents(options->documents, comparison, &why));
    why = (struct error){0};
    return error_join(error, result, &why, print(options, comparison, &why));
}

static int measure(struct kernels_session *session, char **argv, struct error *error)
{
    CLEANUP(jsonio_drop) json_t *comparison = NULL;
    uint64_t start_ns = clock_now_ns();
    char started[32];
    int result;

    clock_rfc3339(clock_wall_ns(), started, sizeof(started));
    result = kernels_prepare(session, error);
    if (result == 0)
        result = kernels_run(session, error);
    if (result && !(result == -EINTR && any_is_measured(session)))
        return result;
    comparison = kernels_compose(session, argv, started, (double)(clock_now_ns() - start_ns) / 1e9);
    result = publish(session->options, comparison, result, error);
    return outcome_told((enum exit_status)json_integer_value(json_object_get(comparison, "exit_status")),
                        result, error);
}

static int run(const struct kernels_options *options, char **argv, struct interrupt *interrupt,
               struct error *error)
{
    CLEANUP(private_directory_remove) struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    CLEANUP(kernels_session_free)
    struct kernels_session session = {.options = options,
                                      .interrupt = interrupt,
                                      .notes = options->quiet ? NULL : stderr,
                                      .directory = &directory};
    const char *place = getenv("TMPDIR");
    int result = private_directory_create(&directory, place && place[0] == '/' ? place : "/var/tmp", error);

    return result ? result : measure(&session, argv, error);
}

int command_kernels(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    struct kernels_options options;
    int result;

    if (argc == 2 && strcmp(argv[1], "list") == 0)
        return lab_kernel_list(stdout, interrupt, error) ? -EIO : EXIT_MEASURED;
    result = kernels_options_parse(&options, argc, argv, error);
    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    if (options.mode == MODE_TIMED && geteuid() != 0)
        return error_set(error, EXIT_ENVIRONMENT, -EPERM,
                         "a guest on this machine's root needs root here; run it with sudo, or use --exact");
    return run(&options, argv - 1, interrupt, error);
}
