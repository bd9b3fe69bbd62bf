/* SPDX-License-Identifier: GPL-2.0 */
/* Remarks on the indicators: how to read them. */
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/draft.h"
#include "reports/figures.h"
#include "reports/report_tables.h"

#include <math.h>
#include <string.h>

/* The first look, and the last ones of a run and of --quads long. */
#define FIRST_QUADS   10
#define DEFAULT_QUADS 32
#define LONG_QUADS    128

/* The claim of detection is made for the primary metric alone. */
static void primary_remark(const json_t *document, const struct fact_sink *sink)
{
    const json_t *metric = document_primary(document), *detected = json_object_get(metric, "detected");
    char text[FIGURE_TEXT];
    struct draft draft;

    draft_begin(&draft);
    if (json_is_false(detected)) {
        figure_size(text, sizeof(text), document_number(metric, "detectable"),
                    figure_is_relative(metric, "effect.scale"), document_text(metric, "unit"));
        if (text[0])
            draft_add(&draft,
                      _("%s is the primary metric: no effect detected; smallest effect this run could have "
                        "seen: %s."),
                      document_text(metric, "name"), text);
        else
            draft_add(&draft, _("%s is the primary metric: no effect detected."),
                      document_text(metric, "name"));
    } else if (metric) {
        draft_add(&draft,
                  json_is_true(detected) ? _("%s is the primary metric: an effect was detected.")
                                         : _("%s is the primary metric."),
                  document_text(metric, "name"));
    }
    if (metric)
        draft_add(&draft, _(" The others are secondary: their intervals are shown, nothing is claimed."));
    draft_end(&draft, sink, "*");
}

static bool any_metric(const json_t *document, bool (*is)(const json_t *metric))
{
    for (size_t i = 0; i < document_count(document, "metrics"); i++)
        if (is(document_item(document, "metrics", i)))
            return true;
    return false;
}

static bool has_detectable(const json_t *metric)
{
    return !isnan(document_number(metric, "detectable"));
}

static bool is_early(const json_t *metric)
{
    return document_is_true(metric, "at_least");
}

static bool has_budget(const json_t *metric)
{
    return document_at(metric, "budget") != NULL;
}

/* Metrics that were judged at other looks, or alone, have other levels. */
static double least_level(const json_t *document)
{
    double least = NAN;

    for (size_t i = 0; i < document_count(document, "metrics"); i++)
        least = fmin(least, document_number(document_item(document, "metrics", i), "effect.level"));
    return least;
}

static void level_remark(const json_t *document, const struct fact_sink *sink)
{
    double level = least_level(document);
    struct draft draft;

    draft_begin(&draft);
    if (!isnan(level))
        draft_add(&draft, _("each holds with at least %.4g %% confidence at its look."), level * 100);
    if (strcmp(document_text(document, "design.stopped_by"), "emergency") == 0)
        draft_add(&draft, _(" The emergency stop is outside the error guarantee."));
    else if (any_metric(document, has_budget))
        draft_add(&draft, _(" The looks are planned so that at most 2.5 %% of runs end in a wrong PASS, and "
                            "as many in a wrong FAIL."));
    draft_end(&draft, sink, _("[interval]"));
}

/* What would decide it; before the first look no more is known than how many quads that one has. */
static void needed_note(const json_t *metric, double quads, struct draft *draft)
{
    bool looked = document_number(metric, "n") >= FIRST_QUADS;
    char text[FIGURE_TEXT];

    figure_seconds(text, sizeof(text), document_number(metric, "needed_seconds"));
    if (!looked && text[0])
        draft_add(draft, _("undecided; a verdict takes %.0f quads at least (%s)"), quads, text);
    else if (!looked)
        draft_add(draft, _("undecided; a verdict takes %.0f quads at least"), quads);
    else if (text[0])
        draft_add(draft, _("undecided; about %.0f quads would decide it (%s)"), quads, text);
    else
        draft_add(draft, _("undecided; about %.0f quads would decide it"), quads);
    draft_add(draft, "%s",
              quads <= DEFAULT_QUADS ? _("; a run without --quads or --max-time goes up to 32. ")
              : quads <= LONG_QUADS
                  ? _("; try --quads long. ")
                  : _(", more than --quads long has; a wider budget or a quieter machine would, too. "));
}

static void metric_note(const json_t *metric, const struct fact_sink *sink)
{
    double quads = document_number(metric, "needed_quads");
    struct draft draft;

    draft_begin(&draft);
    if (quads > 0)
        needed_note(metric, quads, &draft);
    if (strcmp(document_text(metric, "judged_on"), "steady") == 0)
        draft_add(&draft, _("Judged on the long attachment, which is worse than the windows. "));
    draft_add(&draft, "%s", document_text(metric, "note"));
    draft_end(&draft, sink, document_text(metric, "name"));
}

/* "adds 1.9 us of CPU per packet: above 82 k/s [75, 91] it costs more than 10 % of this machine". */
static void safe_rate(const json_t *document, const struct fact_sink *sink)
{
    const json_t *rate = document_at(document, "safe_rate");
    char added[FIGURE_TEXT], limit[FIGURE_TEXT], low[FIGURE_TEXT], high[FIGURE_TEXT], share[FIGURE_TEXT];
    struct draft draft;

    draft_begin(&draft);
    if (rate)
        draft_add(
            &draft,
            _("adds %s of CPU time per %s: above %s (between %s and %s) it costs more than %s of this "
              "machine's "
              "%.0f CPUs."),
            figure_quantity(added, sizeof(added), document_number(rate, "cpu_per_op_ns.estimate"), "ns"),
            document_text_or(document, "workload.operation", _("operation")),
            figure_quantity(limit, sizeof(limit), document_number(rate, "per_second.estimate"), "1/s"),
            figure_quantity(low, sizeof(low), document_number(rate, "per_second.low"), "1/s"),
            figure_quantity(high, sizeof(high), document_number(rate, "per_second.high"), "1/s"),
            figure_percent(share, sizeof(share), document_number(rate, "share")),
            document_number(rate, "cpus"));
    draft_end(&draft, sink, _("safe rate"));
}

void report_remarks(const json_t *document, const struct fact_sink *sink)
{
    primary_remark(document, sink);
    level_remark(document, sink);
    if (any_metric(document, has_detectable))
        sink->fact(sink->context, _("could see"),
                   _("the smallest effect that a run like this sees nine times in ten."));
    if (any_metric(document, is_early))
        sink->fact(sink->context, _("early"),
                   _("a run that stops early on FAIL overstates the size, up to about twice; the end of the "
                     "interval nearer to zero is what it costs at least."));
    safe_rate(document, sink);
    for (size_t i = 0; i < document_count(document, "metrics") && i < REPORT_ROWS_MAX; i++)
        metric_note(document_item(document, "metrics", i), sink);
}
