/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/options.h"
#include "base/cleanup.h"
#include "base/names.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#define OPTIONS_MAX 48
#define HELP_VALUE  1000 /* above any letter */

static void print_help(const struct option_spec *specs, unsigned count, const struct command_help *help)
{
    printf("Usage: %s\n\n%s\n\nOptions:\n", help->usage, help->summary);
    for (unsigned i = 0; i < count; i++) {
        char left[64], letter[8] = "    ";

        if (specs[i].letter)
            snprintf(letter, sizeof(letter), "-%c, ", specs[i].letter);
        snprintf(left, sizeof(left), "%s--%s%s%s", letter, specs[i].name, specs[i].argument ? " " : "",
                 specs[i].argument ? specs[i].argument : "");
        printf("  %-34s %s\n", left, specs[i].summary);
    }
    printf("  %-34s %s\n", "    --help", "print this and end");
}

static int unknown(const struct option_spec *specs, unsigned count, const char *word, struct error *error)
{
    const char *names[OPTIONS_MAX];
    const char *typed = word + strspn(word, "-");
    OWNED_PTR char *name = strndup(typed, strcspn(typed, "="));
    char suggestion[128] = "";

    for (unsigned i = 0; i < count; i++)
        names[i] = specs[i].name;
    if (name && strlen(name) > 1)
        name_suggestion(suggestion, sizeof(suggestion), name, names, count);
    return error_set(error, EXIT_USAGE, -EINVAL, "unknown option %s%s; --help prints them", word, suggestion);
}

/* getopt's optopt: 0 of a long option that is none, the value of one that takes no argument, or the letter.
 */
static int refused(const struct option_spec *specs, unsigned count, const char *word, struct error *error)
{
    const char letter[] = {'-', (char)optopt, '\0'};

    if (optopt >= 1 && optopt <= (int)count)
        return error_set(error, EXIT_USAGE, -EINVAL, "--%s takes no value", specs[optopt - 1].name);
    return unknown(specs, count, optopt > OPTIONS_MAX && optopt < HELP_VALUE ? letter : word, error);
}

/* getopt's two forms of the same table. */
static void build(const struct option_spec *specs, unsigned count, struct option *longs, char *letters)
{
    *letters++ = '+'; /* stop at the first word that is no option: it belongs to the target */
    *letters++ = ':'; /* tell a missing argument from an unknown option */
    for (unsigned i = 0; i < count; i++) {
        longs[i] = (struct option){specs[i].name, specs[i].argument ? required_argument : no_argument, NULL,
                                   (int)i + 1};
        if (!specs[i].letter)
            continue;
        *letters++ = specs[i].letter;
        if (specs[i].argument)
            *letters++ = ':';
    }
    *letters = '\0';
    longs[count] = (struct option){"help", no_argument, NULL, HELP_VALUE};
    longs[count + 1] = (struct option){0};
}

static const struct option_spec *find(const struct option_spec *specs, unsigned count, int value)
{
    if (value >= 1 && value <= (int)count)
        return &specs[value - 1];
    for (unsigned i = 0; i < count; i++)
        if (specs[i].letter == value)
            return &specs[i];
    return NULL;
}

int options_parse(const struct option_spec *specs, unsigned count, const struct command_help *help,
                  void *options, int argc, char **argv, int *rest, struct error *error)
{
    struct option longs[OPTIONS_MAX + 2];
    char letters[OPTIONS_MAX * 2 + 3];
    int value, result = 0;

    build(specs, count, longs, letters);
    opterr = 0;
    optind = 0; /* glibc: start over, also after another command's parse */
    while (result == 0 && (value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        const struct option_spec *spec = find(specs, count, value);

        if (value == HELP_VALUE) {
            print_help(specs, count, help);
            return 1;
        }
        if (value == ':')
            return error_set(error, EXIT_USAGE, -EINVAL, "%s needs a value; --help says which",
                             argv[optind - 1]);
        if (!spec)
            return refused(specs, count, argv[optind - 1], error);
        result = spec->set(options, optarg, error);
    }
    *rest = optind;
    return result;
}

int options_parse_words(const struct option_spec *specs, unsigned count, const struct command_help *help,
                        void *options, int argc, char **argv, const char **words, unsigned words_max,
                        unsigned *word_count, struct error *error)
{
    int at = 0;

    *word_count = 0;
    for (;;) {
        int rest, result = options_parse(specs, count, help, options, argc - at, argv + at, &rest, error);

        if (result)
            return result;
        at += rest;
        if (at >= argc)
            return 0;
        if (*word_count == words_max)
            return error_set(error, EXIT_USAGE, -EINVAL, "\"%.80s\" is one too many; usage: %s", argv[at],
                             help->usage);
        words[(*word_count)++] = argv[at];
    }
}

int options_parse_scenario(const struct option_spec *specs, unsigned count, const struct command_help *help,
                           void *options, int argc, char **argv, const char **scenario, struct error *error)
{
    unsigned words;
    int result = options_parse_words(specs, count, help, options, argc, argv, scenario, 1, &words, error);

    if (result == 0 && words == 0)
        return error_set(error, EXIT_USAGE, -EINVAL, "which scenario? usage: %s", help->usage);
    return result;
}
