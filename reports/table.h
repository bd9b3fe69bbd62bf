/* SPDX-License-Identifier: GPL-2.0 */
/* A table of text that prints itself aligned for a terminal or as a GitHub Markdown table. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX 10

struct table_column {
    const char *title; /* marked with N_(): translated where it is printed */
    bool right;        /* aligned to the right */
    bool code;         /* Markdown: as a code span, for names that hold ":" or "@" */
};

/* Owns its cells; `columns` is borrowed. Columns without any text are not printed. */
struct table {
    const struct table_column *columns;
    unsigned column_count;
    char **cells; /* row by row; a NULL in the first column: a section whose title is in the second */
    size_t cell_count, capacity;
    bool failed; /* memory ran out */
};

void table_init(struct table *table, const struct table_column *columns, unsigned column_count);
void table_free(struct table *table);

/* Next cell, left to right and row by row. */
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A row that holds a title alone. */
void table_section(struct table *table, const char *title);

/*
 * Two blanks between columns, one where the lines would be longer than `width`. 0, or -ENOMEM when a cell
 * could not be kept.
 */
int table_print(const struct table *table, FILE *out, unsigned indent, unsigned width);
/* Sections become bold rows; cells are escaped. */
int table_print_markdown(const struct table *table, FILE *out);
