/* SPDX-License-Identifier: GPL-2.0 */
/* The one line that matters in what libbcc prints: a screenful of warnings, or a verifier's log. Pure. */
#pragma once

#include <stddef.h>

/*
 * Why a program did not compile: missing kernel headers, else the first error, else the last line, at most
 * size - 1 bytes of it. `path` stands for the name that libbcc gives to text without a file. Returns `line`.
 */
char *bcc_first_error(const char *output, const char *path, char *line, size_t size);

/* Why the kernel refused a program: the last line of the verifier's log that is not its statistics. */
char *bcc_verifier_reason(const char *output, char *line, size_t size);
