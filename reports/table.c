/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "reports/table.h"
#include "reports/markdown.h"
#include "reports/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void table_init(struct table *table, const struct table_column *columns, unsigned column_count)
{
    *table = (struct table){.columns = columns, .column_count = column_count};
}

void table_free(struct table *table)
{
    for (size_t i = 0; i < table->cell_count; i++)
        free(table->cells[i]);
    free(table->cells);
    *table = (struct table){0};
}

/* Takes ownership of `text`. */
static void add(struct table *table, char *text)
{
    if (table->cell_count == table->capacity) {
        size_t capacity = table->capacity ? table->capacity * 2 : 128;
        char **larger = reallocarray(table->cells, capacity, sizeof(*larger));

        if (!larger) {
            table->failed = true;
            free(text);
            return;
        }
        table->cells = larger;
        table->capacity = capacity;
    }
    table->cells[table->cell_count++] = text;
}

void table_cell(struct table *table, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        table->failed = true;
    else
        add(table, text);
    va_end(arguments);
}

void table_section(struct table *table, const char *title)
{
    add(table, NULL);
    table_cell(table, "%s", title);
    for (unsigned i = 2; i < table->column_count; i++)
        table_cell(table, "%s", "");
}

static bool is_section(const struct table *table, size_t row)
{
    return table->cells[row * table->column_count] == NULL;
}

static size_t row_count(const struct table *table)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): no table is without columns */
    return table->cell_count / table->column_count;
}

/* Widths of the columns; 0 for one that is empty in every row. */
static void measure(const struct table *table, unsigned *widths)
{
    for (unsigned column = 0; column < table->column_count; column++) {
        unsigned title;

        widths[column] = 0;
        for (size_t row = 0; row < row_count(table); row++) {
            unsigned width =
                is_section(table, row) ? 0 : text_width(table->cells[row * table->column_count + column]);

            if (width > widths[column])
                widths[column] = width;
        }
        title = text_width(i18n_word(table->columns[column].title));
        if (widths[column] && title > widths[column])
            widths[column] = title;
    }
}

/* Blanks are put in front of a cell and not behind it, so that no line ends in blanks. */
static void print_row(const struct table *table, const unsigned *widths, unsigned gap, char *const *cells,
                      FILE *out)
{
    unsigned owed = 0;

    for (unsigned column = 0; column < table->column_count; column++) {
        const char *cell = cells ? cells[column] : i18n_word(table->columns[column].title);
        unsigned blank = widths[column] - text_width(cell);

        if (widths[column] == 0)
            continue;
        if (*cell)
            fprintf(out, "%*s%s", (int)(owed + (table->columns[column].right ? blank : 0)), "", cell);
        if (*cell)
            owed = table->columns[column].right ? gap : blank + gap;
        else
            owed += widths[column] + gap;
    }
    fputc('\n', out);
}

static unsigned choose_gap(const struct table *table, const unsigned *widths, unsigned room)
{
    unsigned total = 0;

    for (unsigned column = 0; column < table->column_count; column++)
        total += widths[column] ? widths[column] + 2 : 0;
    return total > room + 2 ? 1 : 2;
}

int table_print(const struct table *table, FILE *out, unsigned indent, unsigned width)
{
    unsigned widths[TABLE_COLUMNS_MAX], gap;

    if (table->failed || table->column_count > TABLE_COLUMNS_MAX)
        return -ENOMEM;
    measure(table, widths);
    gap = choose_gap(table, widths, width - indent);
    fprintf(out, "%*s", (int)indent, "");
    print_row(table, widths, gap, NULL, out);
    for (size_t row = 0; row < row_count(table); row++) {
        char *const *cells = table->cells + row * table->column_count;

        if (is_section(table, row)) {
            fprintf(out, "%s\n", cells[1]);
            continue;
        }
        fprintf(out, "%*s", (int)indent, "");
        print_row(table, widths, gap, cells, out);
    }
    return 0;
}

static void print_markdown_cell(const struct table_column *column, const char *cell, FILE *out)
{
    fputc(' ', out);
    if (column->code)
        markdown_code(out, cell);
    else
        markdown_text(out, cell);
    fputs(" |", out);
}

static void print_markdown_row(const struct table *table, const unsigned *widths, size_t row, FILE *out)
{
    char *const *cells = table->cells + row * table->column_count;
    bool section = is_section(table, row);

    fputc('|', out);
    for (unsigned column = 0; column < table->column_count; column++) {
        if (widths[column] == 0)
            continue;
        if (!section)
            print_markdown_cell(&table->columns[column], cells[column], out);
        else if (column == 0)
            fprintf(out, " **%s** |", cells[1]);
        else
            fputs(" |", out);
    }
    fputc('\n', out);
}

int table_print_markdown(const struct table *table, FILE *out)
{
    unsigned widths[TABLE_COLUMNS_MAX];

    if (table->failed || table->column_count > TABLE_COLUMNS_MAX)
        return -ENOMEM;
    measure(table, widths);
    fputc('|', out);
    for (unsigned column = 0; column < table->column_count; column++)
        if (widths[column])
            fprintf(out, " %s |", i18n_word(table->columns[column].title));
    fputs("\n|", out);
    for (unsigned column = 0; column < table->column_count; column++)
        if (widths[column])
            fputs(table->columns[column].right ? "---:|" : "---|", out);
    fputc('\n', out);
    for (size_t row = 0; row < row_count(table); row++)
        print_markdown_row(table, widths, row, out);
    return 0;
}
