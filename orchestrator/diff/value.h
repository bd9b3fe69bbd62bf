/* SPDX-License-Identifier: GPL-2.0 */
/* Single values of documents, whatever their type, as a person would write them. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#define DIFF_VALUE_TEXT 160

/* NULL and null are the same, and 2 is 2.0. */
bool diff_value_equal(const json_t *a, const json_t *b);

/* "unknown", "yes", a number, a text cut to fit; lists and objects are "(...)". Writes `text`, returns it. */
char *diff_value_text(char text[DIFF_VALUE_TEXT], const json_t *value);
