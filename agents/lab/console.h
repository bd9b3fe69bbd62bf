/* SPDX-License-Identifier: GPL-2.0 */
/* Reading a guest's console: pure functions over its text. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum console_trouble {
    CONSOLE_QUIET,
    CONSOLE_WARNING,
    CONSOLE_LOCKDEP,
    CONSOLE_OOPS,
    CONSOLE_NO_MEMORY,
    CONSOLE_PANIC
};

/* The worst that the kernel said, and its line (cut to `size`); "" for CONSOLE_QUIET. */
enum console_trouble console_trouble(const char *console, char *line, size_t size);

/* Has the guest's init said that the command starts? */
bool console_ready(const char *console);

/* The last `lines` lines, unprintable bytes as '?', into `text`; returns it. */
char *console_tail(const char *console, unsigned lines, char *text, size_t size);
