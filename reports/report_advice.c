/* SPDX-License-Identifier: GPL-2.0 */
/* What could be done about the cost: what it saves here, and why that is thought; what fewer events would
 * cost. */
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/report_tables.h"

static const struct table_column columns[] = {{N_("saves [interval]"), false, false},
                                              {N_("by"), false, true},
                                              {N_("program"), false, true},
                                              {N_("since"), false, false},
                                              {N_("because"), false, true}};

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
        table_cell(table, "%s", document_text_or(item, "program", _("all")));
        table_cell(table, "Linux %s", document_text(item, "since"));
        table_cell(table, "%s", document_text(item, "evidence"));
    }
}

static const struct table_column sampling_columns[] = {{N_("events sent"), false, false},
                                                       {N_("cost [interval]"), false, false}};

const json_t *report_sampling(const json_t *advice)
{
    const json_t *item;
    size_t i;

    json_array_foreach(advice, i, item)
    {
        if (document_count(item, "sampling") > 0)
            return item;
    }
    return NULL;
}

void report_sampling_table(struct table *table, const json_t *item)
{
    size_t count = document_count(item, "sampling");
    char text[FIGURE_TEXT];

    table_init(table, sampling_columns, sizeof(sampling_columns) / sizeof(sampling_columns[0]));
    for (size_t i = 0; i < count && i < REPORT_ROWS_MAX; i++) {
        const json_t *line = document_item(item, "sampling", i);

        table_cell(table, document_number(line, "one_in") > 1 ? _("1 in %.0f") : _("all"),
                   document_number(line, "one_in"));
        table_cell(table, "%s",
                   figure_change(text, sizeof(text), figure_interval(document_at(line, "cost")), false,
                                 document_text(item, "unit")));
    }
}
