/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The result document (docs/schema/result-1.json) and safe ways into it. A path names object keys and array
 * indices with dots between: "workload.name", "design.looks.0.quads". Every reader takes NULL, a missing key,
 * null and a wrong type for "unknown", so that a renderer can't be made to crash.
 */
#pragma once

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define DOCUMENT_SCHEMA    "tracetoll.result/1"
#define DOCUMENT_MAX_BYTES (256u << 20)
/* Nothing measured is that large, and arithmetic on larger ones could overflow. */
#define DOCUMENT_NUMBER_MAX 1e100

/* Borrowed; NULL for what is missing or null. */
const json_t *document_at(const json_t *node, const char *path);
/* Borrowed, never NULL: "" for what is no text. */
const char *document_text(const json_t *node, const char *path);
/* `fallback` for what is no text, or empty. */
const char *document_text_or(const json_t *node, const char *path, const char *fallback);
/* NaN for what is no number, and for one beyond DOCUMENT_NUMBER_MAX. */
double document_number(const json_t *node, const char *path);
/* true only for true. */
bool document_is_true(const json_t *node, const char *path);
/* Elements of an array; 0 for anything else. */
size_t document_count(const json_t *node, const char *path);
/* Element of an array, borrowed, or NULL. */
const json_t *document_item(const json_t *node, const char *path, size_t index);

/* The element of an array that has this name; NULL when there is none. */
const json_t *document_named(const json_t *list, const char *name);
/* The element of metrics[] with that name, or the primary one; NULL when there is none. */
const json_t *document_metric(const json_t *document, const char *name);
const json_t *document_primary(const json_t *document);

/*
 * Does it have the shape of a result document: right schema, what is required there and of the right type?
 * Coarser than the JSON Schema; keys it does not know are let pass. -EINVAL, EXIT_USAGE, naming the path.
 */
int document_check(const json_t *document, struct error *error);

/*
 * Reads and checks a document ("-": standard input). *document is a new reference. -EINVAL (EXIT_USAGE) for a
 * bad one, or the errno of reading (EXIT_USAGE, too: a file that is not there is a wrong argument).
 */
int document_read(const char *path, json_t **document, struct error *error);

/* Writes it as text, one metric, block, warning a line; 0 or a negative errno. Numbers keep all their bits.
 */
int document_print(const json_t *document, FILE *out);

/* Replaces the file as a whole (base/files.h). A negative errno comes with EXIT_ENVIRONMENT. */
int document_write(const char *path, const json_t *document, struct error *error);
