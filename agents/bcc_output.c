/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/bcc_output.h"
#include "agents/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NAMELESS_FILE "/virtual/main.c"
#define NO_HEADERS    "Unable to find kernel headers"

static bool has(struct text line, const char *word)
{
    return memmem(line.at, (size_t)(line.end - line.at), word, strlen(word)) != NULL;
}

static bool is_blank(struct text line)
{
    struct text word;

    return !text_word(&line, &word);
}

static char *copy(struct text from, char *line, size_t size)
{
    while (from.at < from.end && (*from.at == ' ' || *from.at == '\t'))
        from.at++;
    snprintf(line, size, "%.*s", (int)(from.end - from.at), from.at);
    return line;
}

static bool find_line(const char *output, const char *word, struct text *found)
{
    struct text text = text_of(output, strlen(output));

    while (text_line(&text, found))
        if (has(*found, word))
            return true;
    return false;
}

char *bcc_first_error(const char *output, const char *path, char *line, size_t size)
{
    struct text text = text_of(output, strlen(output)), found, last = text_of("", 0);

    if (find_line(output, NO_HEADERS, &found))
        return copy(found, line, size);
    if (find_line(output, "error: ", &found)) {
        if (!text_skip(&found, NAMELESS_FILE))
            return copy(found, line, size);
        snprintf(line, size, "%s%.*s", path, (int)(found.end - found.at), found.at);
        return line;
    }
    while (text_line(&text, &found))
        if (!is_blank(found))
            last = found;
    return copy(last, line, size);
}

char *bcc_verifier_reason(const char *output, char *line, size_t size)
{
    struct text text = text_of(output, strlen(output)), found, last = text_of("", 0);

    while (text_line(&text, &found))
        if (!is_blank(found) && !has(found, "HINT: ") && !has(found, "processed "))
            last = found;
    return copy(last, line, size);
}
