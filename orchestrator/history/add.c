/* SPDX-License-Identifier: GPL-2.0 */
#include "base/files.h"
#include "orchestrator/history/commands.h"
#include "orchestrator/history/entry.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>

static int read_file(const char *path, json_t **document, struct error *error)
{
    OWNED_PTR char *text = file_read(strcmp(path, "-") == 0 ? "/dev/stdin" : path, DOCUMENT_MAX_BYTES + 1);

    if (!text)
        return error_set(error, EXIT_USAGE, errno ? -errno : -EIO,
                         "%s: can't be read: %s; name a result document (tracetoll run -o FILE)", path,
                         strerror(errno));
    if (strlen(text) > DOCUMENT_MAX_BYTES)
        return error_set(error, EXIT_USAGE, -EINVAL, "%s: larger than %u MiB; this is not a result document",
                         path, DOCUMENT_MAX_BYTES >> 20);
    *document = jsonio_parse_object(text, strlen(text), error);
    return *document ? 0 : error_prefix(error, -EINVAL, "%s", path);
}

/* The line says that it is on the disk, so it goes out before anything else is begun. */
static int acknowledge(const struct history_added *added, unsigned count, const char *path,
                       struct error *error)
{
    for (unsigned i = 0; i < count; i++) {
        printf("%s %lld %.12s %s", added[i].fresh ? "added" : "known", (long long)added[i].id,
               added[i].digest, strcmp(path, "-") == 0 ? "standard input" : path);
        if (added[i].attempts > 1)
            printf(" (%u documents of its scenario for this version and kernel)", added[i].attempts);
        putchar('\n');
    }
    if (fflush(stdout) == 0)
        return 0;
    return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot write to standard output: %s", strerror(errno));
}

static int add_file(struct history *history, const char *path, struct error *error)
{
    CLEANUP(jsonio_drop) json_t *document = NULL;
    OWNED_BATCH struct history_batch batch = {0};
    OWNED_PTR struct history_added *added = NULL;
    int result = read_file(path, &document, error);

    if (result)
        return result;
    result = history_batch_read(document, &batch, error);
    if (result)
        return error_prefix(error, result, "%s", path);
    added = calloc(batch.count, sizeof(*added));
    if (!added)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    result = history_add(history, batch.entries, batch.count, added, error);
    return result ? error_prefix(error, result, "%s", path) : acknowledge(added, batch.count, path, error);
}

static int run(const struct history_options *options, struct interrupt *interrupt, struct error *error)
{
    OWNED_HISTORY struct history *history = NULL;
    int result = history_open_chosen(options, HISTORY_CREATE, &history, error);

    for (unsigned i = 0; result == 0 && i < options->word_count; i++) {
        if (interrupt_pending(interrupt))
            return EXIT_INTERRUPTED;
        result = add_file(history, options->words[i], error);
    }
    return result;
}

static const struct option_spec specs[] = {HISTORY_OPTION_DATABASE};

const struct history_command history_command_add = {
    .name = "add",
    .help = {"tracetoll history add [OPTIONS] FILE...",
             "Keeps result documents, and those inside documents of kernels and gate. A line is printed for "
             "each once "
             "it is\n"
             "on the disk; one that is there already is there once."},
    .specs = specs,
    .spec_count = ARRAY_SIZE(specs),
    .words_min = 1,
    .words_max = UINT32_MAX,
    .run = run,
};
