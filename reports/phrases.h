/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sentences that a document holds, in the language of its reader. A document is English, and its sentences
 * are made when it is composed; but each was made from one of the format strings of the sources, and those
 * are in the catalogue. So the format is found which a sentence came from, what stood for its conversions is
 * taken out, and put into the format's translation, figure by figure as they were written.
 */
#pragma once

#include <jansson.h>

#define PHRASE_ARGUMENTS_MAX 16

/* A piece of a text; not terminated. */
struct phrase_piece {
    const char *text;
    size_t length;
};

/*
 * Can `text` have been printed with `format`? Then *count pieces, one for each conversion, and the number of
 * characters that are the format's own; else -1. A number's conversion takes nothing but a number.
 */
int phrase_match(const char *format, const char *text, struct phrase_piece *pieces, unsigned *count);

/* The translation of a text of a document, or of its clauses; what is not known stays. malloc'd, or NULL. */
char *phrase_translate(const char *english);

/* Translates the texts of a document (or of a part of one) in place; 0 or -ENOMEM. Does nothing in English.
 */
int phrases_apply(json_t *document);
