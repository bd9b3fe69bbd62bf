/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/forest.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/report_tables.h"
#include "reports/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct axis {
    double low, high; /* low <= 0 <= high, low < high */
    unsigned columns;
};

static bool is_shown(const json_t *metric)
{
    return figure_is_relative(metric, "effect.scale") && isfinite(document_number(metric, "effect.estimate"));
}

/* NaN without a relative budget. The side on which it lies depends on what is better. */
static double budget_mark(const json_t *metric)
{
    double limit = document_number(metric, "budget.limit");

    if (!figure_is_relative(metric, "budget.scale"))
        return NAN;
    return strcmp(document_text(metric, "better"), "higher") == 0 ? -limit : limit;
}

static void widen(struct axis *axis, double value)
{
    if (value < axis->low)
        axis->low = value;
    if (value > axis->high)
        axis->high = value;
}

static unsigned column_of(const struct axis *axis, double value)
{
    double share = (value - axis->low) / (axis->high - axis->low);

    return (unsigned)lround((share < 0 ? 0 : share > 1 ? 1 : share) * (axis->columns - 1));
}

static void put(const struct axis *axis, char *line, double value, char mark)
{
    if (isfinite(value))
        line[column_of(axis, value)] = mark;
}

static void print_line(const json_t *metric, const struct axis *axis, unsigned label, FILE *out)
{
    struct interval effect = figure_interval(document_at(metric, "effect"));
    OWNED_PTR char *line = malloc(axis->columns + 1);
    const char *name = document_text(metric, "name");

    if (!line)
        return;
    memset(line, ' ', axis->columns);
    line[axis->columns] = '\0';
    if (isfinite(effect.low) && isfinite(effect.high) && effect.low <= effect.high)
        for (unsigned i = column_of(axis, effect.low); i <= column_of(axis, effect.high); i++)
            line[i] = '-';
    put(axis, line, 0, '|');
    put(axis, line, budget_mark(metric), '!');
    put(axis, line, effect.low, '[');
    put(axis, line, effect.high, ']');
    put(axis, line, effect.estimate, 'o');
    for (unsigned end = axis->columns; end > 0 && line[end - 1] == ' '; end--)
        line[end - 1] = '\0';
    fprintf(out, "  %s%*s  %s\n", name, (int)(label - text_width(name)), "", line);
}

static bool find_axis(const json_t *document, struct axis *axis, unsigned *label)
{
    for (size_t i = 0; i < document_count(document, "metrics") && i < REPORT_ROWS_MAX; i++) {
        const json_t *metric = document_item(document, "metrics", i);
        struct interval effect = figure_interval(document_at(metric, "effect"));

        if (!is_shown(metric))
            continue;
        widen(axis, effect.estimate);
        widen(axis, effect.low);
        widen(axis, effect.high);
        widen(axis, budget_mark(metric));
        if (text_width(document_text(metric, "name")) > *label)
            *label = text_width(document_text(metric, "name"));
    }
    return isfinite(axis->high - axis->low) && axis->high > axis->low;
}

static void print_scale(const struct axis *axis, unsigned label, FILE *out)
{
    char low[32], high[32];
    int zero = (int)column_of(axis, 0), columns = (int)axis->columns, used;

    snprintf(low, sizeof(low), axis->low < 0 ? "%.3g %%" : "%.0f", axis->low * 100);
    snprintf(high, sizeof(high), axis->high > 0 ? "%+.3g %%" : "%.0f", axis->high * 100);
    used = fprintf(out, "  %*s  %s", (int)label, "", low) - (int)label - 4;
    /* The zero gets its mark only where it has room between the ends. */
    if (axis->low < 0 && axis->high > 0 && zero > used && zero + 1 < columns - (int)strlen(high))
        used += fprintf(out, "%*s0", zero - used, "");
    fprintf(out, "%*s%s\n", columns - used - (int)strlen(high), "", high);
}

void forest_print(const json_t *document, FILE *out, unsigned width)
{
    struct axis axis = {0};
    unsigned label = 0;

    if (!find_axis(document, &axis, &label) || label + 34 > width)
        return;
    axis.columns = width - label - 4;
    fprintf(out, "  %*s  %s\n", (int)label, "", _("[--o--] effect with its interval, | no effect, ! budget"));
    for (size_t i = 0; i < document_count(document, "metrics") && i < REPORT_ROWS_MAX; i++)
        if (is_shown(document_item(document, "metrics", i)))
            print_line(document_item(document, "metrics", i), &axis, label, out);
    print_scale(&axis, label, out);
}
