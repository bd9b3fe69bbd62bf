/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "reports/html/markup.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static size_t row_count(const struct table *table)
{
    return table->cell_count / table->column_count;
}

static char *const *row_cells(const struct table *table, size_t row)
{
    return table->cells + row * table->column_count;
}

/* Does any row have something there? */
static bool is_used(const struct table *table, unsigned column)
{
    for (size_t row = 0; row < row_count(table); row++)
        if (row_cells(table, row)[0] && row_cells(table, row)[column][0])
            return true;
    return column == 0;
}

static unsigned used_count(const struct table *table)
{
    unsigned used = 0;

    for (unsigned column = 0; column < table->column_count; column++)
        used += is_used(table, column);
    return used;
}

static void print_header(const struct table *table, FILE *out)
{
    fputs("<thead><tr>", out);
    for (unsigned column = 0; column < table->column_count; column++) {
        const struct table_column *at = &table->columns[column];

        if (!is_used(table, column))
            continue;
        if (!at->title[0]) {
            fputs("<td></td>", out); /* a header without words would be none */
            continue;
        }
        fputs(at->right ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">", out);
        html_text(out, _(at->title));
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n", out);
}

#define SHORT_MOST 48 /* bytes; what is longer is prose and may be wrapped */

static void print_cell(const struct table_column *column, const char *cell, bool header, FILE *out)
{
    fputs(header                      ? "<th scope=\"row\">"
          : column->right             ? "<td class=\"number\">"
          : strlen(cell) > SHORT_MOST ? "<td class=\"prose\">"
                                      : "<td>",
          out);
    fputs(column->code && cell[0] ? "<code>" : "", out);
    html_text(out, cell);
    fputs(column->code && cell[0] ? "</code>" : "", out);
    fputs(header ? "</th>" : "</td>", out);
}

static void print_row(const struct table *table, char *const *cells, FILE *out)
{
    fputs("<tr>", out);
    for (unsigned column = 0; column < table->column_count; column++)
        if (is_used(table, column))
            print_cell(&table->columns[column], cells[column], column == 0 && cells[0][0], out);
    fputs("</tr>\n", out);
}

static void print_section(const struct table *table, const char *title, bool first, FILE *out)
{
    fprintf(out, "%s<tbody><tr><th scope=\"rowgroup\" colspan=\"%u\">", first ? "" : "</tbody>",
            used_count(table));
    html_text(out, title);
    fputs("</th></tr>\n", out);
}

static void print_body(const struct table *table, FILE *out)
{
    if (row_count(table) == 0 || row_cells(table, 0)[0])
        fputs("<tbody>", out);
    for (size_t row = 0; row < row_count(table); row++) {
        char *const *cells = row_cells(table, row);

        if (cells[0])
            print_row(table, cells, out);
        else
            print_section(table, cells[1], row == 0, out);
    }
    fputs("</tbody>", out);
}

int html_table(struct table *table, const char *label, FILE *out)
{
    int result = table->failed ? -ENOMEM : 0;

    if (result == 0) {
        /* What scrolls must be reachable by the keyboard. */
        fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"", out);
        html_text(out, label);
        fputs("\"><table>\n", out);
        print_header(table, out);
        print_body(table, out);
        fputs("</table></div>\n", out);
    }
    table_free(table);
    return result;
}

int html_folded_table(struct table *table, const char *label, FILE *out)
{
    int result;

    fputs("<details>", out);
    html_element(out, "summary", "", _("Figures as a table"));
    result = html_table(table, label, out);
    fputs("</details>\n", out);
    return result;
}
