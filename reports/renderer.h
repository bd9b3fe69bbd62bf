/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A renderer turns a result document into something to read. Adding one is a file with a
 * `const struct renderer` and its row in reports/renderer_table.c.
 */
#pragma once

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct junit_comparison;

struct render_options {
    bool colour;                               /* escape sequences allowed */
    unsigned width;                            /* columns; what can be wrapped is wrapped there */
    const struct junit_comparison *comparison; /* of which the exit status is, too; NULL: none. For JUnit */
};

struct renderer {
    const char *name;
    const char *summary;
    const char *media_type;
    bool translated; /* for people: in the language that --lang chose; else always English */
    /* The document has passed document_check(). 0 or a negative errno (-ENOMEM, or of writing). */
    int (*render)(const json_t *document, const struct render_options *options, FILE *out);
};

extern const struct renderer *const renderer_table[]; /* NULL-ended */
extern const struct renderer renderer_text, renderer_markdown, renderer_json, renderer_explain, renderer_html,
    renderer_junit, renderer_openmetrics, renderer_benchmark, renderer_csv;

/* By name ("md" is Markdown, too); NULL with EXIT_USAGE and the nearest name. */
const struct renderer *renderer_find(const char *name, struct error *error);

/* Colour only on a terminal and without NO_COLOR (no-color.org); the terminal's width within 80 .. 110. */
struct render_options render_options_for(FILE *out);
