/* SPDX-License-Identifier: GPL-2.0 */
/* How the time of an operation is spread with the tool off and on, and how far each percentile moves. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/html/bars.h"
#include "reports/html/chapters.h"
#include "reports/html/markup.h"

#include <math.h>
#include <string.h>

#define BINS         160
#define CURVE_TOP    8
#define CURVE_HEIGHT 150
#define ROWS_TOP     (CURVE_TOP + CURVE_HEIGHT + 30)

struct spread {
    const struct html_blocks *blocks;
    const char *unit;
    struct axis axis, percentile_axis; /* the far tail has no place in the curves */
    double bins[ARMS][BINS];           /* shares of an arm's operations */
    double peak;
};

static const struct quantile_row {
    const char *name;
    double q;
} quantiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999}};

/* NaN where the histogram does not support it. */
static double quantile(const struct hist *hist, double q)
{
    return hist && hist_quantile_supported(hist, q) ? hist_quantile_ns(hist, q) : NAN;
}

/* A shift has two ends. */
static bool is_drawn(const struct spread *spread, double q)
{
    return !isnan(quantile(spread->blocks->arms[0], q)) && !isnan(quantile(spread->blocks->arms[1], q));
}

/* Each bucket over the bins that it reaches into, so that narrow bins have no gaps. */
static void fill_bins(struct spread *spread, unsigned arm)
{
    const struct hist *hist = spread->blocks->arms[arm];

    for (unsigned i = 0; hist && i < HIST_BUCKETS; i++) {
        double low = (double)hist_bucket_low_ns(i), width = (double)hist_bucket_width_ns(i), first, last;

        if (!hist->buckets[i] || low + width <= spread->axis.low || low >= spread->axis.high)
            continue;
        first = axis_place(&spread->axis, low) * BINS;
        last = axis_place(&spread->axis, low + width) * BINS;
        for (unsigned bin = (unsigned)first; bin < BINS && bin < last; bin++) {
            double part = (fmin(bin + 1, last) - fmax(bin, first)) / (last - first);

            spread->bins[arm][bin] += part * (double)hist->buckets[i] / (double)hist->count;
        }
    }
    for (unsigned bin = 0; bin < BINS; bin++)
        spread->peak = fmax(spread->peak, spread->bins[arm][bin]);
}

static void fill_spread(struct spread *spread)
{
    spread->axis.logarithmic = spread->percentile_axis.logarithmic = true;
    for (unsigned arm = 0; arm < ARMS; arm++) {
        const struct hist *hist = spread->blocks->arms[arm];

        if (!hist || hist->count == 0)
            continue;
        axis_widen(&spread->axis, hist_quantile_ns(hist, 0.001));
        axis_widen(&spread->axis, hist_quantile_ns(hist, 0.99));
    }
    for (unsigned i = 0; i < ARRAY_SIZE(quantiles); i++)
        for (unsigned arm = 0; arm < ARMS && is_drawn(spread, quantiles[i].q); arm++)
            axis_widen(&spread->percentile_axis, quantile(spread->blocks->arms[arm], quantiles[i].q));
    axis_settle(&spread->axis, 0.1);
    axis_settle(&spread->percentile_axis, 0.04);
    for (unsigned arm = 0; arm < ARMS; arm++)
        fill_bins(spread, arm);
}

/* In a box that stretches with the page; its lines keep their width. */
static void draw_curve(const struct svg *svg, const struct spread *spread, unsigned arm)
{
    static const char *const classes[ARMS] = {"curve-off", "curve-on", "curve-second"};

    if (!spread->blocks->arms[arm] || spread->peak <= 0)
        return;
    fprintf(svg->out, "<path class=\"%s\" d=\"M0 %d", classes[arm], CURVE_HEIGHT);
    for (unsigned bin = 0; bin < BINS; bin++)
        fprintf(svg->out, "L%.1f %.1f", (bin + 0.5) * 1000 / BINS,
                CURVE_HEIGHT * (1 - spread->bins[arm][bin] / spread->peak));
    fprintf(svg->out, "L1000 %d\"/>\n", CURVE_HEIGHT);
}

static void draw_curves(const struct svg *svg, const struct spread *spread)
{
    svg_x_axis(svg, &spread->axis, CURVE_TOP, CURVE_TOP + CURVE_HEIGHT, false, spread->unit);
    fprintf(svg->out,
            "<svg x=\"0\" y=\"%d\" width=\"100%%\" height=\"%d\" viewBox=\"0 0 1000 %d\" "
            "preserveAspectRatio=\"none\">\n",
            CURVE_TOP, CURVE_HEIGHT, CURVE_HEIGHT);
    for (unsigned arm = 0; arm < ARMS; arm++)
        draw_curve(svg, spread, arm);
    fputs("</svg>\n", svg->out);
    svg_line(svg, "zero", 0, CURVE_TOP + CURVE_HEIGHT, 1, CURVE_TOP + CURVE_HEIGHT);
}

/* --- percentiles --- */

static void shift_text(char *text, size_t size, double off, double on, const char *unit)
{
    struct interval shift = {on - off, NAN, NAN};
    char change[FIGURE_TEXT];

    figure_split(text, size, figure_change(change, sizeof(change), shift, false, unit));
}

struct percentiles {
    struct bar bars[ARRAY_SIZE(quantiles)];
    char figures[ARRAY_SIZE(quantiles)][2 * FIGURE_TEXT];
    size_t count;
};

static void add_percentile(struct percentiles *percentiles, const struct spread *spread,
                           const struct quantile_row *row)
{
    double off = quantile(spread->blocks->arms[0], row->q), on = quantile(spread->blocks->arms[1], row->q);
    struct bar *bar = &percentiles->bars[percentiles->count];
    char *figure = percentiles->figures[percentiles->count], shift[FIGURE_TEXT], before[FIGURE_TEXT];

    if (!is_drawn(spread, row->q))
        return;
    shift_text(shift, sizeof(shift), off, on, spread->unit);
    snprintf(figure, sizeof(percentiles->figures[0]), _("%s, shifted by %s"),
             figure_quantity(before, sizeof(before), off, spread->unit), shift);
    *bar = (struct bar){.name = row->name,
                        .figure = figure,
                        .from = NAN,
                        .to = NAN,
                        .interval = {off, NAN, NAN},
                        .mark = "off",
                        .second = on,
                        .third = quantile(spread->blocks->arms[2], row->q),
                        .limit = NAN};
    percentiles->count++;
}

static const struct table_column columns[] = {{N_("percentile"), false, false},
                                              {N_("off"), true, false},
                                              {N_("on"), true, false},
                                              {N_("shift"), true, false},
                                              {N_("second target on"), true, false},
                                              {N_("its shift"), true, false}};

static int print_table(const struct html_page *page, const struct spread *spread)
{
    const struct hist *const *arms = (const struct hist *const *)spread->blocks->arms;
    struct table table;

    table_init(&table, columns, ARRAY_SIZE(columns));
    for (unsigned i = 0; i < ARRAY_SIZE(quantiles); i++) {
        double off = quantile(arms[0], quantiles[i].q);
        char text[FIGURE_TEXT];

        table_cell(&table, "%s", quantiles[i].name);
        table_cell(&table, "%s", figure_quantity(text, sizeof(text), off, spread->unit));
        for (unsigned arm = 1; arm < ARMS; arm++) {
            double on = quantile(arms[arm], quantiles[i].q);

            table_cell(&table, "%s", figure_quantity(text, sizeof(text), on, spread->unit));
            shift_text(text, sizeof(text), off, on, spread->unit);
            table_cell(&table, "%s", text);
        }
    }
    return html_folded_table(&table, _("Percentiles of latency"), page->out);
}

static void draw(struct html_page *page, const struct spread *spread)
{
    struct percentiles percentiles = {.count = 0};
    struct bars bars = {.items = percentiles.bars, .unit = spread->unit, .axis = &spread->percentile_axis};
    struct svg svg = html_figure_begin(page);

    for (unsigned i = 0; i < ARRAY_SIZE(quantiles); i++)
        add_percentile(&percentiles, spread, &quantiles[i]);
    bars.count = percentiles.count;
    fputs("<ul class=\"legend\">", page->out);
    svg_legend(page->out, "off", _("off"));
    svg_legend(page->out, "on", _("on"));
    if (spread->blocks->arms[2])
        svg_legend(page->out, "second", _("second target on"));
    fputs("</ul>\n", page->out);
    svg_begin(&svg, ROWS_TOP + (bars.count ? bars_height(bars.count) : 0), _("Distribution of latency"),
              _("How often an operation took how long, as a curve for tool off and one for tool on, over a "
                "logarithmic axis; below, each percentile's way from off to on. The table below has the "
                "percentiles."));
    draw_curves(&svg, spread);
    if (bars.count)
        bars_put(&svg, &bars, ROWS_TOP);
    svg_end(&svg);
    html_figure_end(&svg, _("All operations of the counted windows together, over logarithmic axes; the "
                            "curves leave out the slowest hundredth. These "
                            "figures are drawn and not judged: the ones with intervals are under Effects."));
}

int html_latency(struct html_page *page)
{
    struct spread spread = {.blocks = &page->blocks};
    const json_t *metric = document_metric(page->document, "latency.mean");

    if (!metric)
        metric = document_metric(page->document, "latency.p50");
    spread.unit = document_text_or(metric, "unit", "ns");
    html_element(page->out, "h2", "", _("Latency, off and on"));
    if (!page->blocks.arms[0] || !page->blocks.arms[1]) {
        html_element(page->out, "p", "",
                     _("This load has no latency of single operations, or no window was counted."));
        return 0;
    }
    fill_spread(&spread);
    draw(page, &spread);
    return print_table(page, &spread);
}
