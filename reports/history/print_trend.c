/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/history/print.h"
#include "reports/text.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define ROWS_MAX    24 /* of a picture; a row stands for several documents where there are more */
#define LABEL_WIDTH 34
#define AXIS_LEAST  20

struct axis {
    double low, high;
    unsigned columns;
};

static void widen(struct axis *axis, double value)
{
    if (!isfinite(value))
        return;
    axis->low = !(axis->low <= value) ? value : axis->low;
    axis->high = !(axis->high >= value) ? value : axis->high;
}

/* Of some documents: mean estimate, and the outermost ends of their intervals. */
static struct interval row_of(const json_t *metric, size_t from, size_t to)
{
    struct axis ends = {NAN, NAN, 0};
    double sum = 0;

    for (size_t i = from; i < to; i++) {
        struct interval effect = figure_interval(document_item(metric, "points", i));

        widen(&ends, effect.estimate);
        widen(&ends, effect.low);
        widen(&ends, effect.high);
        sum += effect.estimate;
    }
    return (struct interval){sum / (double)(to - from), ends.low, ends.high};
}

static unsigned column_of(const struct axis *axis, double value)
{
    double share = (value - axis->low) / (axis->high - axis->low);

    return (unsigned)lround((share < 0 ? 0 : share > 1 ? 1 : share) * (axis->columns - 1));
}

static void print_label(const json_t *metric, size_t from, size_t to, FILE *out)
{
    const json_t *point = document_item(metric, "points", from);
    OWNED_PTR char *label = NULL;
    char more[32] = "";
    unsigned width;

    if (to - from > 1)
        snprintf(more, sizeof(more), " +%zu", to - from - 1);
    if (asprintf(&label, "%.0f%s  %.10s  %.8s %.14s", document_number(point, "id"), more,
                 document_text(point, "started"), document_text(point, "version"),
                 document_text(point, "kernel")) < 0)
        label = NULL;
    width = label ? text_width(label) : 0;
    fprintf(out, "    %s%*s", label ? label : "", width < LABEL_WIDTH ? (int)(LABEL_WIDTH - width) : 1, "");
}

static void print_row(const struct axis *axis, struct interval row, FILE *out)
{
    OWNED_PTR char *line = malloc(axis->columns + 1);

    if (!line)
        return;
    memset(line, ' ', axis->columns);
    line[axis->columns] = '\0';
    if (isfinite(row.low) && isfinite(row.high)) {
        for (unsigned i = column_of(axis, row.low); i <= column_of(axis, row.high); i++)
            line[i] = '-';
        line[column_of(axis, row.low)] = '[';
        line[column_of(axis, row.high)] = ']';
    }
    if (isfinite(row.estimate))
        line[column_of(axis, row.estimate)] = 'o';
    for (unsigned end = axis->columns; end > 0 && line[end - 1] == ' '; end--)
        line[end - 1] = '\0';
    fprintf(out, " %s\n", line);
}

static bool is_change(const json_t *metric, size_t at)
{
    for (size_t i = 0; i < document_count(metric, "changes"); i++)
        if (document_number(document_item(metric, "changes", i), "at") == (double)at)
            return true;
    return false;
}

/* Where the row that begins at `from` ends: at a change at the latest. */
static size_t row_end(const json_t *metric, size_t from, size_t step)
{
    size_t count = document_count(metric, "points"), to = from + 1;

    while (to < count && to - from < step && !is_change(metric, to))
        to++;
    return to;
}

static void print_scale(const struct axis *axis, const json_t *metric, FILE *out)
{
    bool relative = figure_is_relative(metric, "scale");
    char low[FIGURE_TEXT], high[FIGURE_TEXT];

    figure_size(low, sizeof(low), axis->low, relative, document_text(metric, "unit"));
    figure_size(high, sizeof(high), axis->high, relative, document_text(metric, "unit"));
    fprintf(out, "    %*s %s%*s\n", LABEL_WIDTH, "", low,
            (int)axis->columns > (int)strlen(low) ? (int)axis->columns - (int)strlen(low) : 0, high);
}

static void print_picture(const json_t *metric, unsigned width, FILE *out)
{
    size_t count = document_count(metric, "points"), step = (count + ROWS_MAX - 1) / ROWS_MAX, to;
    struct axis axis = {NAN, NAN, 0};
    struct interval all = row_of(metric, 0, count);

    widen(&axis, all.low);
    widen(&axis, all.high);
    if (!(axis.high > axis.low) || width < LABEL_WIDTH + AXIS_LEAST + 5)
        return;
    axis.columns = width - LABEL_WIDTH - 5;
    for (size_t from = 0; from < count; from = to) {
        to = row_end(metric, from, step);
        if (is_change(metric, from)) {
            fprintf(out, "    %-*s ", LABEL_WIDTH, "change");
            for (unsigned i = 0; i < axis.columns; i++)
                fputc('~', out);
            fputc('\n', out);
        }
        print_label(metric, from, to, out);
        print_row(&axis, row_of(metric, from, to), out);
    }
    print_scale(&axis, metric, out);
}

/* Where budgets in a unit and budgets in percent were given for one metric. */
bool history_other_scale(char *text, size_t size, const json_t *metric)
{
    double count = document_number(metric, "other_scale");
    bool relative = figure_is_relative(metric, "scale");

    if (!(count > 0))
        return false;
    snprintf(text, size, "%.0f document%s left out: with a budget %s, the effect is %s there", count,
             count == 1 ? "" : "s", relative ? "in a unit" : "in percent or none",
             relative ? "no share of the baseline" : "a share of the baseline");
    return true;
}

static void print_other_scale(const json_t *metric, unsigned width, FILE *out)
{
    char text[TREND_OTHER_SCALE];

    if (!history_other_scale(text, sizeof(text), metric))
        return;
    fputs("    ", out);
    text_wrap(out, text, 4, 4, width);
}

static void print_metric(const json_t *metric, bool picture, unsigned width, FILE *out)
{
    size_t changes = document_count(metric, "changes"), points = document_count(metric, "points");
    const char *name = document_text(metric, "name"), *status = document_text(metric, "status");
    char level[FIGURE_TEXT];

    figure_change(level, sizeof(level), figure_interval(document_at(metric, "level")),
                  figure_is_relative(metric, "scale"), document_text(metric, "unit"));
    fprintf(out, "  %s, %zu document%s: ", name, points, points == 1 ? "" : "s");
    if (strcmp(status, "too_few") == 0)
        fputs("too few to tell a change\n", out);
    else if (changes == 0)
        fprintf(out, "no change found; %s\n", level);
    else
        fprintf(out, "%zu change%s; now %s\n", changes, changes == 1 ? "" : "s", level);
    for (size_t i = 0; i < changes; i++) {
        fputs("  * ", out);
        text_wrap(out, document_text(document_item(metric, "changes", i), "sentence"), 4, 4, width);
    }
    print_other_scale(metric, width, out);
    if (picture || changes)
        print_picture(metric, width, out);
}

static void print_series(const json_t *series, bool pictures, unsigned width, FILE *out)
{
    static const char *const fixed[] = {"version", "kernel"};

    fprintf(out, "%s  %s | %s | %s | %s", document_text(series, "key"), document_text(series, "target"),
            document_text(series, "workload"), document_text(series, "mode"),
            document_text(series, "machine_text"));
    for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
        if (document_at(series, fixed[i]))
            fprintf(out, " | %s %s", fixed[i], document_text(series, fixed[i]));
    fputc('\n', out);
    for (size_t i = 0; i < document_count(series, "metrics"); i++)
        print_metric(document_item(series, "metrics", i), pictures, width, out);
    fputc('\n', out);
}

static void print_foot(const json_t *trend, unsigned width, FILE *out)
{
    double left_out = document_number(trend, "left_out");
    char alarms[FIGURE_TEXT];
    OWNED_PTR char *text = NULL;

    if (left_out > 0)
        fprintf(out,
                "%.0f document%s left out: untrustworthy, the target's programs never ran, or there is no "
                "figure.\n",
                left_out, left_out == 1 ? "" : "s");
    figure_percent(alarms, sizeof(alarms), document_number(trend, "alarms"));
    if (asprintf(&text,
                 "Ordered by %s. A timed key without any change shows one with a probability of at most %s, "
                 "which its "
                 "metrics share; exact ones show what is beyond the spread of their seeds.",
                 document_text(trend, "over"), alarms) >= 0)
        text_wrap(out, text, 0, 0, width);
}

int history_print_trend(const json_t *trend, bool pictures, const struct render_options *options, FILE *out)
{
    for (size_t i = 0; i < document_count(trend, "series"); i++)
        print_series(document_item(trend, "series", i), pictures, options->width, out);
    if (document_count(trend, "series") == 0)
        fputs("no documents\n", out);
    print_foot(trend, options->width, out);
    return ferror(out) ? -EIO : 0;
}
