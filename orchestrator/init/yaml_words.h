/* SPDX-License-Identifier: GPL-2.0 */
/* Texts of any kind as YAML on one line, so that every reader gets back the same bytes. */
#pragma once

#include <stdio.h>

/*
 * One text as a scalar, or `words` (NULL-terminated) as a list in brackets: bare where no reader could take
 * it for something else, in double quotes with escapes where it could. 0; -EILSEQ when a text is not UTF-8,
 * which YAML can't hold; -ENOMEM. Nothing is written on failure.
 */
int yaml_print_word(FILE *out, const char *word);
int yaml_print_words(FILE *out, char *const *words);
