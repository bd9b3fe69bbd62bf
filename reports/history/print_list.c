/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/history/print.h"
#include "reports/jsonio.h"
#include "reports/table.h"

#include "base/cleanup.h"

#include <errno.h>
#include <string.h>

static const struct table_column columns[] = {
    {"no.", true, false},      {"digest", false, false},  {"started (UTC)", false, false},
    {"version", false, false}, {"kernel", false, false},  {"effect", false, false},
    {"verdict", false, false}, {"attempt", false, false},
};

/* "2026-01-31 12:00" of an RFC 3339 time. */
static void short_time(char text[20], const char *started)
{
    snprintf(text, 20, "%.10s %.5s", started, strlen(started) > 16 ? started + 11 : "");
}

static void add_effect(struct table *table, const json_t *document)
{
    const json_t *primary = document_at(document, "primary");
    char change[FIGURE_TEXT];

    figure_change(change, sizeof(change), figure_interval(primary), figure_is_relative(primary, "scale"),
                  document_text(primary, "unit"));
    table_cell(table, "%s%s%s", document_text(primary, "metric"), change[0] ? " " : "", change);
}

static void add_row(struct table *table, const json_t *document)
{
    double attempts = document_number(document, "attempts");
    char started[20];

    short_time(started, document_text(document, "started"));
    table_cell(table, "%.0f", document_number(document, "id"));
    table_cell(table, "%.12s", document_text(document, "digest"));
    table_cell(table, "%s", started);
    table_cell(table, "%s", document_text(document, "version"));
    table_cell(table, "%s", document_text(document, "kernel"));
    add_effect(table, document);
    table_cell(table, "%s", document_text(document, "verdict"));
    if (attempts > 0)
        table_cell(table, "%.0f of %.0f", document_number(document, "attempt"), attempts);
    else
        table_cell(table, "%s", "");
}

static void add_title(struct table *table, const json_t *document)
{
    OWNED_PTR char *title = NULL;

    if (asprintf(&title, "%.12s  %s | %s | %s | %s", document_text(document, "key"),
                 document_text(document, "target"), document_text(document, "workload"),
                 document_text(document, "mode"), document_text(document, "machine_text")) < 0)
        title = NULL;
    table_section(table, title ? title : "");
}

/* Arrays of documents by key, in the order in which the keys come first. A new reference. */
static json_t *by_key(const json_t *list)
{
    json_t *parts = json_object();

    for (size_t i = 0; i < document_count(list, "documents"); i++) {
        const json_t *document = document_item(list, "documents", i);
        const char *key = document_text(document, "key");

        if (!json_object_get(parts, key))
            json_object_set_new(parts, key, json_array());
        json_array_append(json_object_get(parts, key), (json_t *)document);
    }
    return parts;
}

int history_print_list(const json_t *list, const struct render_options *options, FILE *out)
{
    CLEANUP(jsonio_drop) json_t *parts = by_key(list);
    CLEANUP(table_free) struct table table;
    const char *key;
    json_t *part, *document;
    size_t i;

    table_init(&table, columns, ARRAY_SIZE(columns));
    json_object_foreach(parts, key, part)
    {
        add_title(&table, json_array_get(part, 0));
        json_array_foreach(part, i, document)
        {
            add_row(&table, document);
        }
    }
    if (document_count(list, "documents") == 0) {
        fputs("no documents\n", out);
        return 0;
    }
    return table_print(&table, out, 2, options->width);
}
