/* SPDX-License-Identifier: GPL-2.0 */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The brackets: where an analyzer runs, these are macros (tests/contracts.h). */
int(error_set)(struct error *error, enum exit_status status, int code, const char *format, ...)
{
    va_list arguments;

    if (!error)
        return code;
    error->status = status;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    return code;
}

int(error_prefix)(struct error *error, int code, const char *format, ...)
{
    char prefix[256];
    size_t length, kept;
    va_list arguments;

    if (!error)
        return code;
    va_start(arguments, format);
    vsnprintf(prefix, sizeof(prefix), format, arguments);
    va_end(arguments);
    length = strlen(prefix);
    kept = strnlen(error->message, sizeof(error->message) - length - 3);
    memmove(error->message + length + 2, error->message, kept);
    memcpy(error->message, prefix, length);
    memcpy(error->message + length, ": ", 2);
    error->message[length + 2 + kept] = '\0';
    return code;
}

/* Where there is no room for both, the first sentence ends early: it often ends with what a tool printed. */
static void add_line(struct error *error, const struct error *second)
{
    size_t size = sizeof(error->message), needed = strlen(second->message) + 2;
    size_t room = needed < size / 2 ? size - needed : size / 2;
    size_t used = strnlen(error->message, room);

    snprintf(error->message + used, size - used, "\n%.*s", (int)(size - used - 2), second->message);
}

int error_join(struct error *error, int first, const struct error *second, int code)
{
    bool replaced = first >= 0 || first == -EINTR;

    if (code == 0)
        return first;
    if (error && (replaced || !error->message[0]))
        *error = *second;
    else if (error && !strstr(error->message, second->message))
        add_line(error, second);
    return replaced ? code : first;
}
