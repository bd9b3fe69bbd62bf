/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll history */
#include "base/names.h"
#include "orchestrator/command.h"
#include "orchestrator/history/commands.h"

#include <errno.h>
#include <string.h>

static const struct history_command *const commands[] = {&history_command_add, &history_command_list,
                                                         &history_command_show, &history_command_trend,
                                                         &history_command_prune};

static int parse(const struct history_command *command, struct history_options *options, int argc,
                 char **argv, struct error *error)
{
    unsigned most = command->words_max < (unsigned)argc ? command->words_max : (unsigned)argc;
    int result;

    options->words = calloc((size_t)argc + 1, sizeof(*options->words));
    if (!options->words)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    result = options_parse_words(command->specs, command->spec_count, &command->help, options, argc, argv,
                                 options->words, most, &options->word_count, error);
    if (result == 0 && options->word_count < command->words_min)
        return error_set(error, EXIT_USAGE, -EINVAL, "history %s: something is missing; usage: %s",
                         command->name, command->help.usage);
    return result;
}

static int run(const struct history_command *command, int argc, char **argv, struct interrupt *interrupt,
               struct error *error)
{
    struct history_options options = {0};
    int result = parse(command, &options, argc, argv, error);

    if (result == 0)
        result = command->run(&options, interrupt, error);
    else if (result > 0)
        result = EXIT_MEASURED;
    free(options.words);
    return result;
}

static void print_help(void)
{
    puts("Usage: tracetoll history add|list|show|trend|prune [OPTIONS]\n\n"
         "Keeps result documents in one file, and says where an overhead has changed.\n\nCommands:");
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        printf("  %s\n", commands[i]->help.usage);
    puts("\nOptions:\n      --help                         print this and end\n\n"
         "'tracetoll history COMMAND --help' prints the options of a command.");
}

int command_history(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    const char *names[ARRAY_SIZE(commands)];
    char suggestion[128];

    if (argc < 2)
        return error_set(error, EXIT_USAGE, -EINVAL, "history what? choose add, list, show, trend or prune");
    if (strcmp(argv[1], "--help") == 0) {
        print_help();
        return EXIT_MEASURED;
    }
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        names[i] = commands[i]->name;
        if (strcmp(commands[i]->name, argv[1]) == 0)
            return run(commands[i], argc - 1, argv + 1, interrupt, error);
    }
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "history has no \"%.40s\"%s; choose add, list, show, trend or prune", argv[1],
                     name_suggestion(suggestion, sizeof(suggestion), argv[1], names, ARRAY_SIZE(names)));
}
