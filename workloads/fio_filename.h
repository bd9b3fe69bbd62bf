/* SPDX-License-Identifier: GPL-2.0 */
/* A path as fio's --filename takes it. Pure. */
#pragma once

#include <stddef.h>

/* `path`, without backslashes, into `text`: fio takes a ':' for the end of one name of several, unless a
 * backslash is before it. Cut short where `size` (at least 1) is less than twice the path's, and 1. */
static inline void fio_filename(const char *path, char *text, size_t size)
{
    size_t length = 0;

    for (; *path && length + 2 < size; path++) {
        if (*path == ':')
            text[length++] = '\\';
        text[length++] = *path;
    }
    text[length] = '\0';
}
