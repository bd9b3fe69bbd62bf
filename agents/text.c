/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/text.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(struct text *text)
{
    while (text->at < text->end && is_blank(*text->at))
        text->at++;
}

bool text_line(struct text *text, struct text *line)
{
    size_t length = (size_t)(text->end - text->at);
    const char *newline = length ? memchr(text->at, '\n', length) : NULL;

    if (!length)
        return false;
    *line = (struct text){text->at, newline ? newline : text->end};
    text->at = newline ? newline + 1 : text->end;
    return true;
}

bool text_word(struct text *text, struct text *word)
{
    skip_blanks(text);
    word->at = text->at;
    while (text->at < text->end && !is_blank(*text->at) && *text->at != '\n')
        text->at++;
    word->end = text->at;
    return word->at < word->end;
}

bool text_u64(struct text *text, uint64_t *number)
{
    struct text rest = *text;
    uint64_t sum = 0;
    const char *first;

    skip_blanks(&rest);
    first = rest.at;
    while (rest.at < rest.end && *rest.at >= '0' && *rest.at <= '9') {
        if (__builtin_mul_overflow(sum, (uint64_t)10, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(*rest.at - '0'), &sum))
            return false;
        rest.at++;
    }
    if (rest.at == first)
        return false;
    *number = sum;
    *text = rest;
    return true;
}

bool text_skip(struct text *text, const char *literal)
{
    size_t length = strlen(literal);

    if ((size_t)(text->end - text->at) < length || memcmp(text->at, literal, length) != 0)
        return false;
    text->at += length;
    return true;
}

bool text_is(struct text text, const char *literal)
{
    return text_skip(&text, literal) && text.at == text.end;
}

bool text_find_u64(struct text text, const char *key, uint64_t *number)
{
    struct text line;

    while (text_line(&text, &line))
        if (text_skip(&line, key))
            return text_u64(&line, number);
    return false;
}
