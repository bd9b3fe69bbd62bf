/* SPDX-License-Identifier: GPL-2.0 */
/* UTF-8 for reports: decoding, width on a terminal, and text from a document made harmless. */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#define TEXT_INVALID UINT32_MAX

/* Decodes one character; bytes it takes (at least 1). *code is TEXT_INVALID for what is not UTF-8. */
unsigned text_decode(const char *text, uint32_t *code);

/*
 * Columns on a terminal: wide East Asian characters count two, combining ones none, our colours none
 * (Unicode Standard Annex 11, coarsely).
 */
unsigned text_width(const char *text);

/* Columns of one character. */
unsigned text_code_width(uint32_t code);

/*
 * A copy of a document, without its blocks, whose sentences are in the language of the report
 * (reports/phrases.h). NULL without memory.
 */
json_t *text_translated(const json_t *document);

/*
 * The same, and its texts and keys hold no control characters, so that it can't drive the terminal, and are
 * at most `limit` bytes long, cut with "...".
 */
json_t *text_harmless(const json_t *document, size_t limit);

/* Prints a text whose lines stay, and whose control characters (also those beyond ASCII) become "?". */
void text_print_harmless(FILE *out, const char *text);

/*
 * Prints words wrapped at `width` columns: the first line goes on where the cursor is (`used` columns), the
 * others are indented by `indent`. Ends with a newline.
 */
void text_wrap(FILE *out, const char *text, unsigned used, unsigned indent, unsigned width);
