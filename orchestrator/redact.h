/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a document keeps of the target's command line: secrets in it are left out where they are named with
 * --redact. Patterns are those of a shell (fnmatch(3)).
 */
#pragma once

#include "orchestrator/run_options.h"

#define REDACTED "[redacted]"

/*
 * The word as it may be kept, malloc'd; NULL without memory. Patterns are for a whole word and for what is
 * behind the first "=" of one; the name of an option stays.
 */
char *redact_word(const struct run_options *options, const char *word);

/* Copies for substitute_free(); NULL without memory. Of a target, whose first word stays ("opensnoop"). */
char **redact_target(const struct run_options *options, char *const *words);
/*
 * Of a sentence that may repeat words of a target, which ones there were: what the patterns leave out of them
 * is left out of it. A word that is a command line itself is looked through word by word.
 */
void redact_sentence(const struct run_options *options, char *const *words, char *sentence, size_t size);
/* Of the whole command line: the words of it that are the target's, and the patterns themselves. */
char **redact_command(const struct run_options *options, char *const *words);
