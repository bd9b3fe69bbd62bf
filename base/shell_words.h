/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * Splits text into the words that a shell would make of it, without expanding anything: blanks part words,
 * '...' and
 * "..." hold them together, and a backslash takes the next character as it is. NULL-terminated array in
 * *words; one free() releases it and the words. -EINVAL: a quote that is not closed; -ENOMEM.
 */
int shell_split_words(const char *text, char ***words);
