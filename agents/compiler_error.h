/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds, in what a tool prints, the first error of the compiler inside it: what matters most, and what
 * screens of further errors push out of its last lines. Pure: text in, a line out, wherever reads split it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define COMPILER_ERROR_MAX 240 /* bytes kept of a line */

/* A zeroed struct is at the start of a line. */
struct compiler_error {
    bool found;    /* in `line`; what follows is not looked at */
    size_t length; /* of the line so far */
    char line[COMPILER_ERROR_MAX + 1];
};

void compiler_error_feed(struct compiler_error *parser, const char *data, size_t size);
