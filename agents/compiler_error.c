/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/compiler_error.h"

#include <ctype.h>
#include <string.h>

static bool is_error(const char *line)
{
    const char *mark = strstr(line, ": error: "); /* FILE:LINE:COLUMN: error: */

    return (mark && mark > line && isdigit((unsigned char)mark[-1])) ||
           strstr(line, "Unable to find kernel headers") != NULL; /* BCC */
}

static void end_line(struct compiler_error *parser)
{
    parser->line[parser->length] = '\0';
    parser->found = is_error(parser->line);
    parser->length = 0;
}

void compiler_error_feed(struct compiler_error *parser, const char *data, size_t size)
{
    while (size > 0 && !parser->found) {
        const char *newline = memchr(data, '\n', size);
        size_t piece = newline ? (size_t)(newline - data) : size;
        size_t room = COMPILER_ERROR_MAX - parser->length;
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
