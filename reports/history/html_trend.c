/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "reports/html/markup.h"
#include "reports/document.h"
#include "reports/figures.h"
#include "reports/history/print.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define POINTS_MAX 1000 /* of one picture: the newest */
#define ROWS_MAX   100  /* of one table */
#define WIDTH      800
#define HEIGHT     220
#define LEFT       70
#define RIGHT      10
#define TOP        12
#define BOTTOM     24

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>tracetoll: trend of overheads</title>\n<style>\n"
    ":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--mute:#57606a;--line:#0b5cad;--worse:#b3261e;"
    "--better:#1a7f37}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--mute:#9aa4af;--line:#6cb6ff;"
    "--worse:#ff8a80;--better:#56d364}}\n"
    "@media print{details{display:none}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;"
    "margin:0 auto;padding:1rem;overflow-wrap:anywhere}\n"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2rem 0 0}h3{font-size:1rem;margin:1rem 0 0}\n"
    "p{margin:.3rem 0}.mute,th{color:var(--mute)}.worse{color:var(--worse)}.better{color:var(--better)}\n"
    "svg{display:block;width:100%;height:auto}svg text{fill:var(--mute);font-size:12px}\n"
    ".i{stroke:var(--line);stroke-width:1.5;opacity:.6}.o{fill:var(--line)}.l{stroke:var(--ink);stroke-width:"
    "2}\n"
    ".c{stroke:var(--worse);stroke-dasharray:5 4}.a{stroke:var(--mute)}\n"
    ".t{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem}td,th{padding:.1rem .8rem .1rem 0;"
    "text-align:left;white-space:nowrap}\n"
    "</style></head><body>\n<h1>Trend of overheads</h1>\n";

static void element(FILE *out, const char *tag, const char *class, const char *text)
{
    fprintf(out, "<%s%s%s%s>", tag, class ? " class=\"" : "", class ? class : "", class ? "\"" : "");
    html_text(out, text);
    fprintf(out, "</%s>\n", tag);
}

struct plot {
    double low, high;
    size_t from, count; /* points of the metric that are drawn */
};

static double x_of(const struct plot *plot, double place)
{
    double width = WIDTH - LEFT - RIGHT;

    return LEFT + width * (place - (double)plot->from + 0.5) / (double)plot->count;
}

static double y_of(const struct plot *plot, double value)
{
    double share = (value - plot->low) / (plot->high - plot->low);

    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (share < 0 ? 0 : share > 1 ? 1 : share);
}

static void widen(struct plot *plot, double value)
{
    if (!isfinite(value))
        return;
    plot->low = !(plot->low <= value) ? value : plot->low;
    plot->high = !(plot->high >= value) ? value : plot->high;
}

static bool measure(const json_t *metric, struct plot *plot)
{
    size_t count = document_count(metric, "points");

    *plot = (struct plot){NAN, NAN, count > POINTS_MAX ? count - POINTS_MAX : 0, 0};
    plot->count = count - plot->from;
    for (size_t i = plot->from; i < count; i++) {
        struct interval effect = figure_interval(document_item(metric, "points", i));

        widen(plot, effect.estimate);
        widen(plot, effect.low);
        widen(plot, effect.high);
    }
    if (plot->low == plot->high) {
        plot->low -= fabs(plot->low) / 10 + 1e-9;
        plot->high += fabs(plot->high) / 10 + 1e-9;
    }
    return plot->high > plot->low;
}

static void draw_point(const struct plot *plot, const json_t *metric, size_t place, FILE *out)
{
    const json_t *point = document_item(metric, "points", place);
    struct interval effect = figure_interval(point);
    double x = x_of(plot, (double)place);
    char change[FIGURE_TEXT];

    if (!isfinite(effect.estimate))
        return;
    fputs("<g><title>", out);
    figure_change(change, sizeof(change), effect, figure_is_relative(metric, "scale"),
                  document_text(metric, "unit"));
    fprintf(out, "%.0f: ", document_number(point, "id"));
    html_text(out, document_text(point, "version"));
    fputs(", ", out);
    html_text(out, document_text(point, "kernel"));
    fputs(", ", out);
    html_text(out, change);
    fputs("</title>", out);
    if (isfinite(effect.low) && isfinite(effect.high))
        fprintf(out, "<line class=\"i\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", x, x,
                y_of(plot, effect.low), y_of(plot, effect.high));
    fprintf(out, "<circle class=\"o\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"/></g>\n", x,
            y_of(plot, effect.estimate), plot->count > 200 ? 1 : 3);
}

static void draw_level(const struct plot *plot, double from, double to, double level, FILE *out)
{
    if (isfinite(level) && to > (double)plot->from)
        fprintf(out, "<line class=\"l\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                fmax(LEFT, x_of(plot, from - 0.5)), x_of(plot, to - 0.5), y_of(plot, level),
                y_of(plot, level));
}

/* A level for each piece, and a dashed line where the next one begins. */
static void draw_pieces(const struct plot *plot, const json_t *metric, FILE *out)
{
    size_t count = document_count(metric, "changes");
    double from = 0, end = (double)document_count(metric, "points");

    for (size_t i = 0; i < count; i++) {
        const json_t *change = document_item(metric, "changes", i);
        double at = document_number(change, "at"), x = x_of(plot, at - 0.5);

        if (!(at >= from && at <= end))
            continue;
        draw_level(plot, from, at, document_number(change, "before"), out);
        if (at > (double)plot->from)
            fprintf(out, "<line class=\"c\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n", x, x, TOP,
                    HEIGHT - BOTTOM);
        from = at;
    }
    draw_level(plot, from, end, document_number(metric, "level.estimate"), out);
}

static void draw_axis(const struct plot *plot, const json_t *metric, FILE *out)
{
    const json_t *first = document_item(metric, "points", plot->from),
                 *last = document_item(metric, "points", plot->from + plot->count - 1);
    bool relative = figure_is_relative(metric, "scale");
    const double ends[] = {plot->low, (plot->low + plot->high) / 2, plot->high};
    char text[FIGURE_TEXT];

    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        fprintf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 8, y_of(plot, ends[i]) + 4);
        html_text(out, figure_size(text, sizeof(text), ends[i], relative, document_text(metric, "unit")));
        fputs("</text>\n", out);
    }
    fprintf(out, "<line class=\"a\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n", LEFT, WIDTH - RIGHT,
            HEIGHT - BOTTOM, HEIGHT - BOTTOM);
    fprintf(out, "<text x=\"%d\" y=\"%d\">%.10s</text>", LEFT, HEIGHT - 6, document_text(first, "started"));
    fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.10s</text>\n", WIDTH - RIGHT, HEIGHT - 6,
            document_text(last, "started"));
}

static void draw(const json_t *metric, const char *alternative, FILE *out)
{
    struct plot plot;

    if (document_count(metric, "points") == 0 || !measure(metric, &plot))
        return;
    fprintf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
    html_text(out, alternative);
    fputs("\">\n", out);
    draw_axis(&plot, metric, out);
    draw_pieces(&plot, metric, out);
    for (size_t i = plot.from; i < plot.from + plot.count; i++)
        draw_point(&plot, metric, i, out);
    fputs("</svg>\n", out);
    if (plot.from)
        fprintf(out, "<p class=\"mute\">The newest %d documents of %zu.</p>\n", POINTS_MAX,
                plot.from + plot.count);
}

static void print_row(const json_t *metric, const json_t *point, FILE *out)
{
    char change[FIGURE_TEXT], id[32];

    snprintf(id, sizeof(id), "%.0f", document_number(point, "id"));
    figure_change(change, sizeof(change), figure_interval(point), figure_is_relative(metric, "scale"),
                  document_text(metric, "unit"));
    fputs("<tr>", out);
    element(out, "td", NULL, id);
    element(out, "td", NULL, document_text(point, "started"));
    element(out, "td", NULL, document_text_or(point, "version", "unknown"));
    element(out, "td", NULL, document_text(point, "kernel"));
    element(out, "td", NULL, change);
    fputs("</tr>\n", out);
}

static void print_table(const json_t *metric, FILE *out)
{
    size_t count = document_count(metric, "points");

    fprintf(out,
            "<details><summary>%s</summary><div class=\"t\"><table><tr><th>no.</th><th>started</th>"
            "<th>version</th><th>kernel</th><th>effect</th></tr>\n",
            count > ROWS_MAX ? "Newest documents" : "Documents");
    for (size_t i = count > ROWS_MAX ? count - ROWS_MAX : 0; i < count; i++)
        print_row(metric, document_item(metric, "points", i), out);
    fputs("</table></div></details>\n", out);
}

static void summarise(char *text, size_t size, const json_t *metric)
{
    size_t changes = document_count(metric, "changes"), points = document_count(metric, "points");
    char level[FIGURE_TEXT], other[TREND_OTHER_SCALE];

    figure_change(level, sizeof(level), figure_interval(document_at(metric, "level")),
                  figure_is_relative(metric, "scale"), document_text(metric, "unit"));
    if (strcmp(document_text(metric, "status"), "too_few") == 0)
        snprintf(text, size, "%zu document%s: too few to tell a change", points, points == 1 ? "" : "s");
    else
        snprintf(text, size, "%zu documents, %zu change%s found, now %s", points, changes,
                 changes == 1 ? "" : "s", level);
    if (history_other_scale(other, sizeof(other), metric))
        snprintf(text + strlen(text), size - strlen(text), "; %s", other);
}

static void print_metric(const json_t *metric, FILE *out)
{
    char summary[FIGURE_TEXT + 80 + TREND_OTHER_SCALE];

    summarise(summary, sizeof(summary), metric);
    element(out, "h3", NULL, document_text(metric, "name"));
    element(out, "p", NULL, summary);
    for (size_t i = 0; i < document_count(metric, "changes"); i++) {
        const json_t *change = document_item(metric, "changes", i);

        element(out, "p", document_is_true(change, "worse") ? "worse" : "better",
                document_text(change, "sentence"));
    }
    draw(metric, summary, out);
    print_table(metric, out);
}

static void print_series(const json_t *series, FILE *out)
{
    static const char *const facts[] = {"workload", "mode", "machine_text", "version", "kernel", "key"};

    element(out, "h2", NULL, document_text(series, "target"));
    fputs("<p class=\"mute\">", out);
    for (size_t i = 0, printed = 0; i < ARRAY_SIZE(facts); i++) {
        if (!document_text(series, facts[i])[0])
            continue;
        fputs(printed++ ? ", " : "", out);
        html_text(out, document_text(series, facts[i]));
    }
    fputs("</p>\n", out);
    for (size_t i = 0; i < document_count(series, "metrics"); i++)
        print_metric(document_item(series, "metrics", i), out);
}

int history_print_trend_html(const json_t *trend, FILE *out)
{
    char alarms[FIGURE_TEXT];

    fputs(head, out);
    figure_percent(alarms, sizeof(alarms), document_number(trend, "alarms"));
    fputs("<p>Ordered by ", out);
    html_text(out, document_text(trend, "over"));
    fprintf(out,
            ". A timed key without any change shows one with a probability of at most %s, which its metrics "
            "share; "
            "exact ones show what is beyond the spread of their seeds. Bars are the documents' own "
            "intervals.</p>\n",
            alarms);
    if (document_number(trend, "left_out") > 0)
        fprintf(
            out,
            "<p>%.0f left out: untrustworthy, the target's programs never ran, or there is no figure.</p>\n",
            document_number(trend, "left_out"));
    for (size_t i = 0; i < document_count(trend, "series"); i++)
        print_series(document_item(trend, "series", i), out);
    if (document_count(trend, "series") == 0)
        element(out, "p", NULL, "no documents");
    fputs("</body></html>\n", out);
    return ferror(out) ? -EIO : 0;
}
