/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of the HTML report. Everything that comes out of a document goes through html_text(), which is
 * the one place where it is escaped and where control characters are made visible.
 */
#pragma once

#include "reports/report_facts.h"
#include "reports/table.h"

#include <stdio.h>

/* Escaped for contents and for attributes in quotes; what is longer than some thousand bytes is cut. */
void html_text(FILE *out, const char *text);
void html_textf(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "<tag>text</tag>"; `attributes` is markup of ours, with a blank in front, or "". */
void html_element(FILE *out, const char *tag, const char *attributes, const char *text);

/*
 * A list of facts between html_facts_begin() and html_facts_end(): <dt> and <dd> of each. The sink's context
 * is the FILE.
 */
struct fact_sink html_facts_begin(FILE *out);
void html_facts_end(FILE *out);

/*
 * The table in a box of its own that scrolls where it is too wide, its rows' first cells as their headers.
 * Frees the table. 0, or -ENOMEM when a cell could not be kept.
 */
int html_table(struct table *table, const char *label, FILE *out);
/* The same behind "Figures as a table": what a plot shows, for who can't see it. */
int html_folded_table(struct table *table, const char *label, FILE *out);
