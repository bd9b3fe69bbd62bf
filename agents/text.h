/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading of kernel text without ever looking behind its end: a view is a pointer and an end, nothing has to
 * be 0-terminated, and every function copes with text that is cut short anywhere.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *at, *end;
};

static inline struct text text_of(const char *buffer, size_t length)
{
    return (struct text){buffer, buffer + length};
}

/* Takes the next line, without its newline, off the front; false at the end. */
bool text_line(struct text *text, struct text *line);
/* Takes the next word (blanks end it) off the front; false where there is none. */
bool text_word(struct text *text, struct text *word);
/* Takes a decimal number off the front, blanks before it skipped; false (nothing taken) where there is none
 * or it does not fit. */
bool text_u64(struct text *text, uint64_t *number);
/* Takes `literal` off the front; false (nothing taken) when it is not there. */
bool text_skip(struct text *text, const char *literal);
bool text_is(struct text text, const char *literal);
/* Value behind "KEY<separator>" at a line's start ("Pss:", "usage_usec "); false where there is none. */
bool text_find_u64(struct text text, const char *key, uint64_t *number);
