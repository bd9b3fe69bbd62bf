/* SPDX-License-Identifier: GPL-2.0 */
/* What memory the target held, block by block. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/html/chapters.h"
#include "reports/html/markup.h"
#include "reports/html/scatter.h"
#include "reports/report_tables.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points are told apart by their marks; the words for them are here. */
static const struct kind {
    const char *mark, *name;
} kinds[MEMORY_KINDS] = {{"on", N_("processes (RSS)")},
                         {"second", N_("maps")},
                         {"off", N_("perf buffers")},
                         {"", N_("code of programs")}};

#define DRAWN 3 /* the JIT's pages are small: in the table alone */

static bool has_any(const struct html_blocks *blocks, char arm, unsigned kind)
{
    for (size_t i = 0; i < blocks->count; i++)
        if (blocks->items[i].arm == arm && isfinite(blocks->items[i].bytes[kind]) &&
            blocks->items[i].bytes[kind] > 0)
            return true;
    return false;
}

static int draw(struct html_page *page, char arm, const char *title)
{
    const struct html_blocks *blocks = &page->blocks;
    OWNED_PTR struct scatter_point *points = calloc(blocks->count * DRAWN + 1, sizeof(*points));
    struct scatter scatter = {.points = points, .unit = "bytes", .from_zero = true};
    struct svg svg;

    if (!points)
        return -ENOMEM;
    for (unsigned kind = 0; kind < DRAWN; kind++)
        for (size_t i = 0; has_any(blocks, arm, kind) && i < blocks->count; i++)
            if (blocks->items[i].arm == arm && isfinite(blocks->items[i].bytes[kind]))
                points[scatter.count++] =
                    (struct scatter_point){blocks->items[i].start_s, blocks->items[i].bytes[kind],
                                           kinds[kind].mark, _(kinds[kind].name)};
    svg = html_figure_begin(page);
    fputs("<ul class=\"legend\">", page->out);
    for (unsigned kind = 0; kind < DRAWN; kind++)
        if (has_any(blocks, arm, kind))
            svg_legend(page->out, kinds[kind].mark, _(kinds[kind].name));
    fputs("</ul>\n", page->out);
    scatter_draw(
        &svg, &scatter, title,
        _("The target's memory in each block with the tool on, over seconds since the start: its "
          "processes, its maps, its perf buffers. The table below has the least and the most of each."));
    html_figure_end(&svg, _("At the end of each block with the tool on, over seconds since the start."));
    return 0;
}

static const struct table_column columns[] = {{N_("memory"), false, false},
                                              {N_("first"), true, false},
                                              {N_("least"), true, false},
                                              {N_("most"), true, false},
                                              {N_("last"), true, false}};

static void add_row(struct table *table, const struct html_blocks *blocks, char arm, unsigned kind)
{
    double first = NAN, last = NAN, least = NAN, most = NAN, figures[4];
    char text[FIGURE_TEXT];

    for (size_t i = 0; i < blocks->count; i++) {
        double bytes = blocks->items[i].bytes[kind];

        if (blocks->items[i].arm != arm || !isfinite(bytes))
            continue;
        first = isnan(first) ? bytes : first;
        last = bytes;
        least = fmin(least, bytes); /* of a number and NaN, the number */
        most = fmax(most, bytes);
    }
    if (isnan(first))
        return;
    memcpy(figures, (double[]){first, least, most, last}, sizeof(figures));
    table_cell(table, "%s", _(kinds[kind].name));
    for (unsigned i = 0; i < ARRAY_SIZE(figures); i++)
        table_cell(table, "%s", figure_quantity(text, sizeof(text), figures[i], "bytes"));
}

static int print_arm(struct html_page *page, char arm, const char *title)
{
    struct table table;
    int result;

    table_init(&table, columns, ARRAY_SIZE(columns));
    for (unsigned kind = 0; kind < MEMORY_KINDS; kind++)
        add_row(&table, &page->blocks, arm, kind);
    if (table.cell_count == 0) {
        table_free(&table);
        return 0;
    }
    result = draw(page, arm, title);
    return html_folded_table(&table, title, page->out) || result ? -ENOMEM : 0;
}

static bool is_known(const struct html_blocks *blocks)
{
    for (char arm = 'B'; arm <= 'C'; arm++) /* NOLINT(bugprone-too-small-loop-variable): 'C' is a char */
        for (unsigned kind = 0; kind < MEMORY_KINDS; kind++)
            if (has_any(blocks, arm, kind))
                return true;
    return false;
}

int html_memory(struct html_page *page)
{
    bool second = has_any(&page->blocks, 'C', MEMORY_RSS);
    int first, later;

    html_element(page->out, "h2", "", _("Memory over time"));
    if (!is_known(&page->blocks)) {
        html_element(page->out, "p", "",
                     _("Not known: the target has no process of its own, or its memory could not be read."));
        return 0;
    }
    if (second)
        html_element(page->out, "h3", "", _("First target"));
    first = print_arm(page, 'B', _("Memory of the target"));
    if (second)
        html_element(page->out, "h3", "", _("Second target"));
    later = second ? print_arm(page, 'C', _("Memory of the second target")) : 0;
    return first ? first : later;
}
