/* SPDX-License-Identifier: GPL-2.0 */
#include "base/shell_words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Behind a backslash in double quotes only these lose their meaning; elsewhere any character does. */
static bool is_escape(const char *text, char quote)
{
    if (text[0] != '\\' || text[1] == '\0' || quote == '\'')
        return false;
    return quote != '"' || strchr("\\\"$`", text[1]);
}

/* Copies one word to *out and ends it there; returns what follows it, NULL where a quote is left open. */
static const char *copy_word(const char *text, char **out)
{
    char quote = '\0';

    for (; *text && (quote || !is_blank(*text)); text++) {
        if (is_escape(text, quote))
            *(*out)++ = *++text;
        else if (*text == quote)
            quote = '\0';
        else if (!quote && (*text == '\'' || *text == '"'))
            quote = *text;
        else
            *(*out)++ = *text;
    }
    *(*out)++ = '\0';
    return quote ? NULL : text;
}

int shell_split_words(const char *text, char ***words)
{
    size_t length = strlen(text), most = length / 2 + 1, count = 0;
    /* The pointers first, then the words; each takes a blank or the end with it. */
    char **made = calloc(1, (most + 1) * sizeof(*made) + length + 2), *out;

    if (!made)
        return -ENOMEM;
    out = (char *)(made + most + 1);
    for (;;) {
        while (is_blank(*text))
            text++;
        if (!*text)
            break;
        made[count++] = out;
        text = copy_word(text, &out);
        if (!text) {
            free(made);
            return -EINVAL;
        }
    }
    *words = made;
    return 0;
}
