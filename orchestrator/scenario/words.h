/* SPDX-License-Identifier: GPL-2.0 */
/* A command line that is put together, word by word; it owns its words. */
#pragma once

#include <stdbool.h>

#define WORDS_MAX 254

struct words {
    char *items[WORDS_MAX + 1]; /* NULL-ended */
    unsigned count;
    bool failed; /* no memory, or too many */
};

void words_free(struct words *words);
void words_add(struct words *words, const char *word);
void words_add_format(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Both; nothing when `value` is NULL. */
void words_add_option(struct words *words, const char *option, const char *value);
