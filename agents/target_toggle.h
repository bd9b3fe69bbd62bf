/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a target of kind "toggle": its argv is the options as they are written, name and value. */
#pragma once

#include "base/error.h"

#include <stdbool.h>

#define TOGGLE_WORDS_MAX 8 /* four options with a value each */

/* Borrowed from argv. */
struct toggle_words {
    const char *on, *off;
    const char *ready; /* NULL: the system's BPF programs tell */
    bool leave_on;     /* the end state, also when we die */
};

/* EXIT_USAGE when one of the commands that switch is missing. */
int toggle_words_parse(char *const *argv, struct toggle_words *words, struct error *error);
