/* SPDX-License-Identifier: GPL-2.0 */
/* Reports by name: "text", or "markdown=report.md" for one that goes to a file. */
#pragma once

#include "base/error.h"

#include <jansson.h>

/* Are all of them known? EXIT_USAGE with the nearest name. */
int output_check(const char *const *formats, unsigned count, struct error *error);

struct junit_comparison;

/*
 * Renders each: those without a file to stdout. `comparison`: that the exit status is of, too; NULL: none. 0,
 * or EXIT_ENVIRONMENT when a file can't be written.
 */
int output_write(const char *const *formats, unsigned count, const json_t *document,
                 const struct junit_comparison *comparison, struct error *error);
