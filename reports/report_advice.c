/* SPDX-License-Identifier: GPL-2.0 */
/* What could be done about the cost: what it saves here, and why that is thought. */
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/report_tables.h"

static const struct table_column columns[] = {{"saves [interval]", false, false},
                                              {"by", false, true},
                                              {"program", false, true},
                                              {"since", false, false},
                                              {"because", false, true}};

void report_advice_table(struct table *table, const json_t *advice)
{
    const json_t *item;
    char text[FIGURE_TEXT];
    size_t i;

    table_init(table, columns, sizeof(columns) / sizeof(columns[0]));
    json_array_foreach(advice, i, item)
    {
        if (i == REPORT_ROWS_MAX)
            break;
        table_cell(table, "%s",
                   figure_change(text, sizeof(text), figure_interval(document_at(item, "saves")), false,
                                 document_text(item, "unit")));
        table_cell(table, "%s", document_text(item, "text"));
        table_cell(table, "%s", document_text_or(item, "program", "all"));
        table_cell(table, "Linux %s", document_text(item, "since"));
        table_cell(table, "%s", document_text(item, "evidence"));
    }
}
