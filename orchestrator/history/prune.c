/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/history/commands.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>

#define KEEP_MAX 1000000

static int set_keep(void *options, const char *value, struct error *error)
{
    char *end;
    long number = strtol(value, &end, 10);

    if (end == value || *end || number < 1 || number > KEEP_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "--keep: \"%.40s\" is no number from 1 to %d", value,
                         KEEP_MAX);
    ((struct history_options *)options)->keep = (unsigned)number;
    return 0;
}

static int set_older(void *options, const char *value, struct error *error)
{
    return history_parse_time(value, "--older-than", &((struct history_options *)options)->before_s, error);
}

OPTIONS_FLAG(struct history_options, dry_run)

static int run(const struct history_options *options, struct interrupt *interrupt, struct error *error)
{
    CLEANUP(jsonio_drop) json_t *list = history_list_begin();
    OWNED_HISTORY struct history *history = NULL;
    size_t count;
    int result;

    (void)interrupt;
    if (!options->keep && !options->before_s)
        return error_set(error, EXIT_USAGE, -EINVAL, "prune what? say --keep NUMBER or --older-than AGE");
    result = history_open_chosen(options, HISTORY_EXISTING, &history, error);
    if (result == 0)
        result = history_prune(history, options->keep, options->before_s, options->dry_run, history_list_row,
                               list, error);
    if (result == 0)
        result = history_list_print(list, options->json, error);
    count = document_count(list, "documents");
    if (result == 0 && !options->json && count)
        printf("%zu document%s %s\n", count, count == 1 ? "" : "s",
               options->dry_run ? "would be taken away" : "taken away");
    return result;
}

static const struct option_spec specs[] = {
    {"keep", 0, "NUMBER", "take away all but so many of the newest of each key", set_keep},
    {"older-than", 0, "AGE|DATE", "take away what was started before: 90d, 2026-01-31", set_older},
    {"dry-run", 0, NULL, "only print what would be taken away", set_dry_run},
    {"json", 0, NULL, "print JSON (tracetoll.history/1)", history_set_json},
    HISTORY_OPTION_DATABASE,
};

const struct history_command history_command_prune = {
    .name = "prune",
    .help = {"tracetoll history prune --keep NUMBER|--older-than AGE [OPTIONS]",
             "Takes documents out of the history, and prints which. What either option says goes."},
    .specs = specs,
    .spec_count = ARRAY_SIZE(specs),
    .run = run,
};
