/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/redact.h"
#include "agents/substitute.h"
#include "base/cleanup.h"

#include <ctype.h>
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

/* --- sentences --- */

#define RECOGNIZED 100 /* sentences cut long words: as many bytes of one tell it */

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* How much of the word stands here; 0: it is not the word, or not all of a longer one. */
static size_t match_at(const char *sentence, const char *at, const char *word)
{
    size_t length = 0;

    while (word[length] && at[length] == word[length])
        length++;
    if (word[length] && length < RECOGNIZED)
        return 0;
    if (at > sentence && in_word(at[-1]) && in_word(word[0]))
        return 0;
    return !word[length] && in_word(word[length - 1]) && in_word(at[length]) ? 0 : length;
}

static void replace_all(char *sentence, size_t size, const char *word, const char *by)
{
    OWNED_PTR char *text = strdup(sentence);
    size_t used = 0;

    sentence[0] = '\0'; /* without memory nothing is told rather than the secret */
    for (const char *at = text; at && *at && used + 1 < size;) {
        size_t length = word[0] ? match_at(text, at, word) : 0;

        used += (size_t)(length ? snprintf(sentence + used, size - used, "%s", by)
                                : snprintf(sentence + used, size - used, "%c", *at));
        at += length ? length : 1;
    }
}

/* The word itself, and what is behind its "=". */
static void leave_out(const struct run_options *options, const char *word, char *sentence, size_t size)
{
    OWNED_PTR char *made = redact_word(options, word);

    if (!word[name_length(word)] || (made && strcmp(made, word) == 0))
        return;
    replace_all(sentence, size, word, made ? made : REDACTED);
    if (name_length(word))
        replace_all(sentence, size, word + name_length(word), REDACTED);
}

static void leave_out_parts(const struct run_options *options, const char *command, char *sentence,
                            size_t size)
{
    OWNED_PTR char *copy = strdup(command);
    char *rest = NULL;

    for (char *part = copy ? strtok_r(copy, " \t\n", &rest) : NULL; part;
         part = strtok_r(NULL, " \t\n", &rest))
        leave_out(options, part, sentence, size);
}

void redact_sentence(const struct run_options *options, char *const *words, char *sentence, size_t size)
{
    for (size_t i = 1; options->redaction_count && words && words[0] && words[i]; i++) {
        leave_out(options, words[i], sentence, size);
        leave_out_parts(options, words[i], sentence, size);
    }
}

/* --- the whole command line --- */

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
