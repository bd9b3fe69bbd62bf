/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <jansson.h>

/*
 * Adds a warning to an array of them: a stable code, a sentence as of printf(), and what to do, which may be
 * NULL. What is too long is cut; a character that the cut damages, or a byte that is not UTF-8, becomes '?'.
 */
__attribute__((format(printf, 4, 5))) void warning_add(json_t *warnings, const char *code, const char *remedy,
                                                       const char *format, ...);
