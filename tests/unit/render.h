/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of renderers share. */
#pragma once

#include "tests/unit/unit.h"

#include "reports/document.h"
#include "reports/renderer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLE "tests/data/example-result.json"

static inline json_t *example(void)
{
    json_t *document;
    struct error error = {0};

    if (document_read(EXAMPLE, &document, &error) != 0)
        fail_msg("%s", error.message);
    return document;
}

/* malloc'd. */
static inline char *rendered_with(const json_t *document, const struct renderer *renderer,
                                  struct render_options options)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_int_equal(renderer->render(document, &options, out), 0);
    fclose(out);
    return text;
}

/* malloc'd. */
static inline char *rendered(const json_t *document, const struct renderer *renderer, bool colour,
                             unsigned width)
{
    return rendered_with(document, renderer, (struct render_options){.colour = colour, .width = width});
}

static inline void set(json_t *document, const char *holder, const char *key, json_t *value)
{
    assert_int_equal(json_object_set_new((json_t *)document_at(document, holder), key, value), 0);
}

static inline void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static inline void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in:\n%s", part, text);
}
