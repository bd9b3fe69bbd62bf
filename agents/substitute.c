/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/substitute.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum word { WORD_PID, WORD_IFNAME, WORD_CPU, WORDS };

static const struct {
    const char *text;
    const char *missing; /* behind "{pid}: " */
} words[WORDS] = {
    [WORD_PID] = {"{pid}", "this workload has no process of its own; choose one that has (tracetoll list "
                           "workloads), or leave it out"},
    [WORD_IFNAME] = {"{ifname}",
                     "this topology has no interface; choose one with a network, such as -t veth"},
    [WORD_CPU] = {"{cpu}", "this workload is not bound to a CPU; leave it out"},
};

static bool value_of(enum word word, const struct substitution *values, char *text, size_t size)
{
    switch (word) {
    case WORD_PID:
        snprintf(text, size, "%d", (int)values->pid);
        return values->pid > 0;
    case WORD_IFNAME:
        snprintf(text, size, "%s", values->ifname ? values->ifname : "");
        return text[0] != '\0';
    default:
        snprintf(text, size, "%d", values->cpu);
        return values->cpu >= 0;
    }
}

static enum word word_at(const char *text)
{
    for (enum word word = 0; word < WORDS; word++)
        if (strncmp(text, words[word].text, strlen(words[word].text)) == 0)
            return word;
    return WORDS;
}

int substitute(const char *argument, const struct substitution *values, char **replaced, struct error *error)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    while (*argument) {
        enum word word = word_at(argument);
        char value[64];

        if (word == WORDS) {
            fputc(*argument++, out);
            continue;
        }
        if (!value_of(word, values, value, sizeof(value))) {
            fclose(out);
            return error_set(error, EXIT_USAGE, -EINVAL, "%s: %s", words[word].text, words[word].missing);
        }
        fputs(value, out);
        argument += strlen(words[word].text);
    }
    if (fclose(out) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    *replaced = TAKE_PTR(text);
    return 0;
}

bool substitute_has_pid(char *const *argv)
{
    for (; argv && *argv; argv++)
        if (strstr(*argv, words[WORD_PID].text))
            return true;
    return false;
}

void substitute_free(char **argv)
{
    for (char **argument = argv; argument && *argument; argument++)
        free(*argument);
    free(argv);
}

int substitute_all(char *const *argv, const struct substitution *values, char ***replaced,
                   struct error *error)
{
    size_t count = 0;
    char **made;

    while (argv[count])
        count++;
    made = calloc(count + 1, sizeof(*made));
    if (!made)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    for (size_t i = 0; i < count; i++) {
        int result = substitute(argv[i], values, &made[i], error);

        if (result != 0) {
            substitute_free(made);
            return result;
        }
    }
    *replaced = made;
    return 0;
}
