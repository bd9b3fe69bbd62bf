/* SPDX-License-Identifier: GPL-2.0 */
/* What a document is about in a few words: names of test cases, labels, names of benchmarks. */
#pragma once

#include <jansson.h>

/*
 * The command line of "target" in `holder` (a document, or its "versus"), quoted for a shell, or its kind
 * where it has no command. malloc'd; NULL without memory.
 */
char *subject_target(const json_t *holder);

/*
 * The same for the second target of a document that has a "versus"; with " (second)" behind it where both are
 * the same, as a tool may be measured against itself. malloc'd; NULL without memory.
 */
char *subject_second_target(const json_t *document);

/* "syscount -i 1 on syscall,call=getpid (host)" of such a text. malloc'd; NULL without memory. */
char *subject_of(const json_t *document, const char *target);
/* Of the document's first target. */
char *subject(const json_t *document);
