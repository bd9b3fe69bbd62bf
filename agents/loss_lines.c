/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/loss_lines.h"
#include "base/cleanup.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* '#' is the number lost, '@' any other number, '~' an optional 's'; letters match in either case. */
static const char *const patterns[] = {
    "lost # event~",           /* bpftrace */
    "lost # event~ on cpu #@", /* libbpf-tools: handle_lost_events() */
    "possibly lost # sample~", /* BCC: perf_reader.c */
    "possibly lost # event~",
    "lost # sample~",
    "lost #",
    "drop #",
    "dropped # event~",
    "# packet~ dropped by kernel",                    /* tcpdump */
    "processed @ events and lost # chunks",           /* perf */
    "# stack traces lost and could not be displayed", /* BCC: offcputime and the like */
};

/* Too large a number is the largest: wrapped around, it could be none at all. */
static bool take_number(const char **text, uint64_t *number)
{
    bool fits = true;

    if (!isdigit((unsigned char)**text))
        return false;
    for (*number = 0; isdigit((unsigned char)**text); ++*text)
        fits = fits && !__builtin_mul_overflow(*number, 10, number) &&
               !__builtin_add_overflow(*number, (uint64_t)(**text - '0'), number);
    if (!fits)
        *number = UINT64_MAX;
    return true;
}

/* The text must be used up, but for what tools put at the end of a sentence. */
static bool match(const char *pattern, const char *text, uint64_t *lost)
{
    uint64_t other;

    for (; *pattern; pattern++) {
        if (pattern[0] == '#' && pattern[1] != '@') {
            if (!take_number(&text, lost))
                return false;
        } else if (*pattern == '@') {
            if (!take_number(&text, &other))
                return false;
        } else if (*pattern == '~') {
            text += *text == 's' || *text == 'S';
        } else if (tolower((unsigned char)*text++) != *pattern) {
            return false;
        }
    }
    return text[strspn(text, " \t\r.!")] == '\0';
}

static const char *skip_prefix(const char *line)
{
    line += strspn(line, " \t");
    if (strncasecmp(line, "warning: ", strlen("warning: ")) == 0)
        line += strlen("warning: ");
    return line;
}

static void end_line(struct loss_lines *parser)
{
    uint64_t lost = 0;

    if (parser->length <= LOSS_LINE_MAX) {
        const char *line;

        parser->line[parser->length] = '\0'; /* behind it is what is left of an earlier line */
        line = skip_prefix(parser->line);
        for (size_t i = 0; lost == 0 && i < ARRAY_SIZE(patterns); i++)
            if (!match(patterns[i], line, &lost))
                lost = 0;
        parser->lines += lost > 0;
        if (__builtin_add_overflow(parser->events, lost, &parser->events))
            parser->events = UINT64_MAX;
    }
    parser->length = 0;
    parser->line[0] = '\0';
}

/* length LOSS_LINE_MAX + 1 stands for "too long". */
void loss_lines_feed(struct loss_lines *parser, const char *data, size_t size)
{
    while (size > 0) {
        const char *newline = memchr(data, '\n', size);
        size_t piece = newline ? (size_t)(newline - data) : size;
        size_t room = LOSS_LINE_MAX + 1 - parser->length;
        size_t copied = piece < room ? piece : room;

        memcpy(parser->line + parser->length, data, copied);
        parser->length += copied;
        if (newline)
            end_line(parser);
        piece += newline != NULL;
        data += piece;
        size -= piece;
    }
}

void loss_lines_end(struct loss_lines *parser)
{
    end_line(parser);
}
