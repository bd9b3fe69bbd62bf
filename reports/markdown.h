/* SPDX-License-Identifier: GPL-2.0 */
/* Text from a document put into GitHub Flavored Markdown (github.github.com/gfm) so that it shows as it is.
 */
#pragma once

#include "reports/table.h"

#include <stdio.h>

/* Escapes what Markdown, its tables and HTML would take for their own. */
void markdown_text(FILE *out, const char *text);

/* A code span; also right inside a table cell. Nothing for an empty text. */
void markdown_code(FILE *out, const char *text);

/* A fenced block for a shell. */
void markdown_shell(FILE *out, const char *text);

/* A fact_sink's function (reports/report_facts.h) whose context is the stream: "- **label**: text". */
void markdown_fact(void *out, const char *label, const char *text);

/* Prints the table and frees it. 0, or -ENOMEM. */
int markdown_table(struct table *table, FILE *out);
