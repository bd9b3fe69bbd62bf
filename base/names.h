/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stddef.h>

/*
 * The candidate nearest to what was typed (restricted Damerau-Levenshtein distance), or NULL when none is
 * near enough to be a plausible typing error. Returns one of `candidates`, which stay the caller's.
 */
const char *name_nearest(const char *typed, const char *const *candidates, size_t count);

/* Writes ` (did you mean "x"?)` or nothing; for the end of an error sentence. Returns `text`. */
char *name_suggestion(char *text, size_t size, const char *typed, const char *const *candidates,
                      size_t count);
