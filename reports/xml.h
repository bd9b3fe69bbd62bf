/* SPDX-License-Identifier: GPL-2.0 */
/* Text put into XML 1.0. */
#pragma once

#include <stdio.h>

/*
 * Escapes what XML takes for its own, for an element's text and an attribute's value alike. What no XML
 * document may hold, escaped or not (control characters, U+FFFE, what is not UTF-8), becomes "?".
 */
void xml_text(FILE *out, const char *text);

/* ` name="value"`. */
void xml_attribute(FILE *out, const char *name, const char *value);
