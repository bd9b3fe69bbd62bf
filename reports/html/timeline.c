/* SPDX-License-Identifier: GPL-2.0 */
/* All blocks in the order in which they ran: drift and outliers can be seen. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "reports/figures.h"
#include "reports/html/chapters.h"
#include "reports/html/markup.h"
#include "reports/html/scatter.h"
#include "reports/report_tables.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct arm {
    const char *mark, *level, *name;
};

static const struct arm arms[ARMS] = {{"off", "level-off", N_("off")},
                                      {"on", "level-on", N_("on")},
                                      {"second", "level-second", N_("second target on")}};

static const struct arm *arm_of(const struct html_block *block)
{
    return &arms[block->arm - 'A'];
}

#define TITLE_TEXT 80

static void name_block(char *text, const struct html_block *block)
{
    if (block->phase == PHASE_QUAD)
        snprintf(text, TITLE_TEXT, _("quad %u, %s"), block->quad + 1, _(arm_of(block)->name));
    else
        snprintf(text, TITLE_TEXT, _("long attachment, %s"), _(arm_of(block)->name));
}

static int compare(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;

    return (a > b) - (a < b);
}

/* Of the counted windows of an arm; NaN without any. */
static double median_of(const struct html_blocks *blocks, char arm, double *sorted)
{
    size_t count = 0;

    for (size_t i = 0; i < blocks->count; i++)
        if (blocks->items[i].arm == arm && blocks->items[i].phase == PHASE_QUAD &&
            !blocks->items[i].invalid && isfinite(blocks->items[i].value))
            sorted[count++] = blocks->items[i].value;
    qsort(sorted, count, sizeof(*sorted), compare);
    return count == 0 ? NAN : (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

struct timeline {
    struct scatter_point *points; /* owned, as are the others */
    char (*titles)[TITLE_TEXT];
    double *sorted;
    struct scatter_line lines[ARMS];
    size_t count, invalid, line_count;
};

static void free_timeline(struct timeline *timeline)
{
    free(timeline->points);
    free(timeline->titles);
    free(timeline->sorted);
}

static void add_point(struct timeline *timeline, const struct html_block *block)
{
    if (!isfinite(block->value) || block->phase == PHASE_STATISTICS)
        return;
    name_block(timeline->titles[timeline->count], block);
    timeline->points[timeline->count] =
        (struct scatter_point){block->start_s, block->value, block->invalid ? "bad" : arm_of(block)->mark,
                               timeline->titles[timeline->count]};
    timeline->invalid += block->invalid;
    timeline->count++;
}

static int fill_timeline(struct timeline *timeline, const struct html_blocks *blocks)
{
    size_t room = blocks->count + 1;

    timeline->points = calloc(room, sizeof(*timeline->points));
    timeline->titles = calloc(room, sizeof(*timeline->titles));
    timeline->sorted = calloc(room, sizeof(*timeline->sorted));
    if (!timeline->points || !timeline->titles || !timeline->sorted)
        return -ENOMEM;
    for (size_t i = 0; i < blocks->count; i++)
        add_point(timeline, &blocks->items[i]);
    for (unsigned arm = 0; arm < ARMS; arm++) {
        double median = median_of(blocks, (char)('A' + arm), timeline->sorted);

        if (isfinite(median))
            timeline->lines[timeline->line_count++] = (struct scatter_line){median, arms[arm].level};
    }
    return 0;
}

static const struct table_column columns[] = {{N_("started after"), true, false},
                                              {N_("part of the run"), false, false},
                                              {N_("value"), true, false},
                                              {"", false, false}};

static int print_table(const struct html_page *page)
{
    const struct html_blocks *blocks = &page->blocks;
    size_t rows = 0, left = 0;
    struct table table;

    table_init(&table, columns, ARRAY_SIZE(columns));
    for (size_t i = 0; i < blocks->count; i++) {
        const struct html_block *block = &blocks->items[i];
        char title[TITLE_TEXT], text[FIGURE_TEXT];

        if (!isfinite(block->value) || block->phase == PHASE_STATISTICS)
            continue;
        if (rows++ >= REPORT_ROWS_MAX) {
            left++;
            continue;
        }
        name_block(title, block);
        table_cell(&table, "%.2f s", block->start_s);
        table_cell(&table, "%s", title);
        table_cell(&table, "%s", figure_quantity(text, sizeof(text), block->value, blocks->unit));
        table_cell(&table, "%s", block->invalid ? _("not counted") : "");
    }
    if (left && !table.failed) {
        table_section(&table, _("More blocks are in the document."));
    }
    return html_folded_table(&table, _("All blocks"), page->out);
}

static void print_legend(const struct timeline *timeline, const struct html_blocks *blocks, FILE *out)
{
    bool seen[ARMS] = {0};

    for (size_t i = 0; i < blocks->count; i++)
        seen[blocks->items[i].arm - 'A'] = true;
    fputs("<ul class=\"legend\">", out);
    for (unsigned arm = 0; arm < ARMS; arm++)
        if (seen[arm])
            svg_legend(out, arms[arm].mark, _(arms[arm].name));
    if (timeline->invalid)
        svg_legend(out, "bad", _("not counted: its quad was repeated"));
    fputs("</ul>\n", out);
}

static void draw(struct html_page *page, const struct timeline *timeline)
{
    struct scatter scatter = {.points = timeline->points,
                              .count = timeline->count,
                              .lines = timeline->lines,
                              .line_count = timeline->line_count,
                              .unit = page->blocks.unit};
    struct svg svg = html_figure_begin(page);
    char caption[400], beyond_text[120] = "";
    size_t beyond;

    print_legend(timeline, &page->blocks, page->out);
    beyond =
        scatter_draw(&svg, &scatter, _("All blocks over time"),
                     _("Each block of the run as a mark: when it started, and its value. Marks differ for "
                       "tool off and tool on; dotted lines are the medians. The table below has all "
                       "values."));
    if (beyond)
        snprintf(beyond_text, sizeof(beyond_text), _(" %zu stand at the edge: they lie far beyond it."),
                 beyond);
    snprintf(caption, sizeof(caption),
             _("%.60s of each block as it was measured, without the noise reference, over seconds since the "
               "start. Dotted: the median of the counted windows.%s"),
             page->blocks.metric, beyond_text);
    html_figure_end(&svg, caption);
}

int html_timeline(struct html_page *page)
{
    CLEANUP(free_timeline) struct timeline timeline = {0};
    int result = fill_timeline(&timeline, &page->blocks);

    if (result)
        return result;
    html_element(page->out, "h2", "", _("Timeline of all blocks"));
    if (page->blocks.unreadable)
        html_element(page->out, "p", "", _("Some blocks of this document can't be read; they are left out."));
    if (timeline.count == 0) {
        html_element(page->out, "p", "", _("The document holds no blocks that could be drawn."));
        return 0;
    }
    draw(page, &timeline);
    return print_table(page);
}
