/* SPDX-License-Identifier: GPL-2.0 */
/* What a document is about in a few words: names of test cases, labels, names of benchmarks. */
#pragma once

#include <jansson.h>

/*
 * The command line of "target" in `holder` (a document, or its "versus"), quoted for a shell, or its kind
 * where it has no command. malloc'd; NULL without memory.
 */
char *subject_target(const json_t *holder);

/* "syscount -i 1 on syscall,call=getpid (host)". malloc'd; NULL without memory. */
char *subject(const json_t *document, const json_t *holder);
