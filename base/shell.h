/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stdio.h>

/*
 * Prints one word so that a shell reads it back as it is, on one line: bare where it can be, in single quotes
 * else, and as $'...' (POSIX.1-2024; bash, zsh and ksh always had it) where it holds control characters.
 */
void shell_print_word(FILE *out, const char *word);
