/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/redact.h"
#include "agents/substitute.h"
#include "base/cleanup.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

static bool matches(const struct run_options *options, const char *text)
{
    for (unsigned i = 0; i < options->redaction_count; i++)
        if (fnmatch(options->redactions[i], text, 0) == 0)
            return true;
    return false;
}

/* "--name=" of an option's word; 0: it is no option, or one whose value is another word. */
static size_t name_length(const char *word)
{
    const char *equals = strchr(word, '=');

    return equals ? (size_t)(equals + 1 - word) : 0;
}

static char *with_name(const char *word, size_t length)
{
    char *made;

    return asprintf(&made, "%.*s%s", (int)length, word, REDACTED) < 0 ? NULL : made;
}

char *redact_word(const struct run_options *options, const char *word)
{
    size_t length = name_length(word);
    bool option = word[0] == '-';

    if (length && (matches(options, word) || matches(options, word + length)))
        return with_name(word, option || !matches(options, word) ? length : 0);
    return !option && matches(options, word) ? strdup(REDACTED) : strdup(word);
}

static char **room_for(char *const *words)
{
    size_t count = 0;

    while (words && words[count])
        count++;
    return calloc(count + 1, sizeof(char *));
}

char **redact_target(const struct run_options *options, char *const *words)
{
    char **made = room_for(words);

    for (size_t i = 0; made && words && words[i]; i++) {
        made[i] = i ? redact_word(options, words[i]) : strdup(words[i]);
        if (!made[i]) {
            substitute_free(made);
            return NULL;
        }
    }
    return made;
}

/* Options whose value is (part of) a target, or a pattern. */
static bool before_target(const char *word)
{
    static const char *const names[] = {"--on", "--off", "--ready", "--versus"};

    for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
        if (strcmp(word, names[i]) == 0)
            return true;
    return false;
}

/* "--redact=X" and "--redact X": the pattern may be the secret. */
static char *of_pattern(const char *before, const char *word)
{
    if (strcmp(before, "--redact") == 0)
        return strdup(REDACTED);
    return strncmp(word, "--redact=", 9) == 0 ? with_name(word, 9) : NULL;
}

static bool of_target(const char *before, const char *word)
{
    size_t length = name_length(word);
    OWNED_PTR char *name = length ? strndup(word, length - 1) : NULL;

    return before_target(before) || (name && before_target(name));
}

char **redact_command(const struct run_options *options, char *const *words)
{
    char **made = room_for(words);
    bool behind = false; /* the "--" and the tool's name */

    for (size_t i = 0; made && words[i]; i++) {
        const char *before = i ? words[i - 1] : "";

        made[i] = behind ? redact_word(options, words[i]) : of_pattern(before, words[i]);
        if (!made[i])
            made[i] = of_target(before, words[i]) ? redact_word(options, words[i]) : strdup(words[i]);
        behind = behind || (options->target_argv && words[i] == options->target_argv[0]) ||
                 strcmp(before, "--") == 0;
        if (!made[i]) {
            substitute_free(made);
            return NULL;
        }
    }
    return made;
}
