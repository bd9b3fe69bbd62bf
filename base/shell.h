/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stdio.h>

/*
 * For people to repeat: prints one word so that a shell reads it back as it is, on one line: bare where it
 * can be, in single quotes else, and as $'...' (POSIX.1-2024; bash, zsh and ksh always had it) where it holds
 * control characters.
 */
void shell_print_word(FILE *out, const char *word);

/*
 * The same for every shell there is, as /bin/sh may be one that does not know $'...' (dash): always in single
 * quotes, with control characters as they are, so that it may have several lines.
 */
void shell_print_quoted(FILE *out, const char *word);
