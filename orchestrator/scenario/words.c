/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/scenario/words.h"
#include "base/cleanup.h"

#include <stdarg.h>
#include <string.h>

void words_free(struct words *words)
{
    for (unsigned i = 0; i < words->count; i++)
        free(words->items[i]);
    *words = (struct words){0};
}

static void take(struct words *words, char *word)
{
    if (!word || words->count == WORDS_MAX) {
        free(word);
        words->failed = true;
        return;
    }
    words->items[words->count++] = word;
    words->items[words->count] = NULL;
}

void words_add(struct words *words, const char *word)
{
    take(words, strdup(word));
}

void words_add_format(struct words *words, const char *format, ...)
{
    char *word = NULL;
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&word, format, arguments) < 0)
        word = NULL;
    va_end(arguments);
    take(words, word);
}

void words_add_option(struct words *words, const char *option, const char *value)
{
    if (!value)
        return;
    words_add(words, option);
    words_add(words, value);
}
