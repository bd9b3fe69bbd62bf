/* SPDX-License-Identifier: GPL-2.0 */
/* Documents of commands that are no result documents, printed or written by the names of their formats. */
#pragma once

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* A table of them ends with a NULL name; adding a format is a row. */
struct page_format {
    const char *name;
    bool translated; /* for people: in the language that was asked for */
    int (*print)(const json_t *document, FILE *out);
};

/* "text", or "markdown=FILE": is it known? EXIT_USAGE with the nearest name. */
int page_formats_check(const struct page_format *formats, const char *format, struct error *error);

/* All of `list`, to stdout or their files; the first failure is what is told. `lang` NULL: English. */
int page_formats_write(const struct page_format *formats, const char *const *list, unsigned count,
                       const char *lang, const json_t *document, struct error *error);
