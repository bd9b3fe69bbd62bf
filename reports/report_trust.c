/* SPDX-License-Identifier: GPL-2.0 */
/* Why the run may be believed. */
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/draft.h"
#include "reports/figures.h"
#include "reports/report_tables.h"

#include <math.h>
#include <string.h>

static const char *change_of(char *text, size_t size, const json_t *metric, const char *path)
{
    return figure_change(text, size, figure_interval(document_at(metric, path)),
                         figure_is_relative(metric, "effect.scale"), document_text(metric, "unit"));
}

/* --- noise reference --- */

static void add_kinds(void *draft, const char *label, const char *kinds)
{
    (void)label;
    draft_add(draft, _(" The target's effect on it: %s."), kinds);
}

static void add_reference_kinds(struct draft *draft, const json_t *document)
{
    struct fact_sink sink = {add_kinds, draft};
    struct draft kinds;

    draft_begin(&kinds);
    for (size_t i = 0; i < document_count(document, "reference.kinds") && i < 16; i++) {
        const json_t *kind = document_item(document, "reference.kinds", i);
        char text[FIGURE_TEXT];

        figure_change(text, sizeof(text), figure_interval(document_at(kind, "effect")), true, "");
        if (!text[0])
            draft_list(&kinds, _("%s unknown"), document_text_or(kind, "name", "?"));
        else if (document_is_true(kind, "moved"))
            draft_list(&kinds, _("%s %s (moved)"), document_text_or(kind, "name", "?"), text);
        else
            draft_list(&kinds, "%s %s", document_text_or(kind, "name", "?"), text);
    }
    draft_end(&kinds, &sink, "");
}

static void add_raw(struct draft *draft, const json_t *metric)
{
    double raw_sd = document_number(metric, "raw.sd"), sd = document_number(metric, "sd");
    char text[FIGURE_TEXT];

    if (!change_of(text, sizeof(text), metric, "raw")[0])
        return;
    if (!isnan(raw_sd) && !isnan(sd) && figure_is_relative(metric, "effect.scale"))
        draft_add(draft, _(" Without it %s is %s, a quad's standard deviation %.1f %% instead of %.1f %%."),
                  document_text(metric, "name"), text, raw_sd * 100, sd * 100);
    else
        draft_add(draft, _(" Without it %s is %s."), document_text(metric, "name"), text);
}

static void reference_fact(const json_t *document, const struct fact_sink *sink)
{
    double gain = document_number(document, "reference.gain");
    const char *dropped = document_text(document, "reference.dropped");
    struct draft draft;

    draft_begin(&draft);
    if (document_is_true(document, "reference.used") && !isnan(gain))
        draft_add(&draft, _("used; equal to %.1f times as many quads."), gain);
    else if (document_is_true(document, "reference.used"))
        draft_add(&draft, "%s", _("used."));
    else if (dropped[0])
        draft_add(&draft, _("not used: %s."), dropped);
    else
        draft_add(&draft, "%s", _("not used."));
    add_reference_kinds(&draft, document);
    if (document_is_true(document, "reference.used"))
        add_raw(&draft, document_primary(document));
    draft_end(&draft, sink, _("Noise reference"));
}

/* --- long attachment, checks, losses --- */

static void add_growing(void *draft, const char *label, const char *growing)
{
    (void)label;
    draft_add(draft, _(" Growing: %s."), growing);
}

static void add_growth(struct draft *draft, const json_t *document)
{
    struct fact_sink sink = {add_growing, draft};
    struct draft growing;
    struct interval growth = {document_number(document, "steady.memory_growth.bytes_per_second"),
                              document_number(document, "steady.memory_growth.low"),
                              document_number(document, "steady.memory_growth.high")};
    char text[FIGURE_TEXT];

    if (figure_change(text, sizeof(text), growth, false, "bytes")[0])
        draft_add(draft, _(" Memory per second: %s."), text);
    draft_begin(&growing);
    for (size_t i = 0; i < document_count(document, "steady.growing") && i < REPORT_ROWS_MAX; i++) {
        const json_t *grower = document_item(document, "steady.growing", i);

        draft_list(&growing,
                   strcmp(document_text(grower, "what"), "map") == 0 ? _("map %s") : _("process %s"),
                   document_text(grower, "name"));
    }
    draft_end(&growing, &sink, "");
}

static void steady_fact(const json_t *document, const struct fact_sink *sink)
{
    const json_t *metric = document_metric(document, document_text(document, "steady.metric")),
                 *differs = document_at(document, "steady.differs");
    char text[FIGURE_TEXT];
    struct draft draft;

    draft_begin(&draft);
    if (figure_seconds(text, sizeof(text), document_number(document, "steady.seconds"))[0])
        draft_add(&draft, _("%s."), text);
    figure_change(text, sizeof(text), figure_interval(document_at(document, "steady.late_estimate")),
                  !metric || figure_is_relative(metric, "effect.scale"),
                  document_text(document, "steady.unit"));
    if (text[0])
        draft_add(&draft,
                  json_is_true(differs)    ? _(" Its late part shows %s %s, which differs from the windows.")
                  : json_is_false(differs) ? _(" Its late part shows %s %s, like the windows.")
                                           : _(" Its late part shows %s %s."),
                  document_text(document, "steady.metric"), text);
    add_growth(&draft, document);
    draft_end(&draft, sink, _("Long attachment"));
}

static void failed_check(const json_t *check, const struct fact_sink *sink)
{
    const char *unit = document_text(check, "unit"),
               *name = document_text_or(check, "text", document_text(check, "name"));
    char text[FIGURE_TEXT];
    struct draft draft;

    figure_change(text, sizeof(text), figure_interval(document_at(check, "value")),
                  strcmp(unit, "relative") == 0, unit);
    draft_begin(&draft);
    if (text[0])
        draft_add(&draft, _("does not hold: %s, %s"), name, text);
    else
        draft_add(&draft, _("does not hold: %s"), name);
    draft_end(&draft, sink, _("Check"));
}

static void checks_facts(const json_t *document, const struct fact_sink *sink)
{
    size_t count = document_count(document, "checks"), held = 0, unknown = 0;
    struct draft draft;

    for (size_t i = 0; i < count; i++) {
        const json_t *ok = document_at(document_item(document, "checks", i), "ok");

        held += json_is_true(ok);
        unknown += !json_is_boolean(ok);
    }
    draft_begin(&draft);
    if (count)
        draft_add(&draft, _("%zu of %zu hold"), held, count);
    if (unknown)
        draft_add(&draft, _(", %zu could not be made"), unknown);
    draft_end(&draft, sink, _("Checks of the run"));
    for (size_t i = 0; i < count && i < REPORT_ROWS_MAX; i++)
        if (json_is_false(document_at(document_item(document, "checks", i), "ok")))
            failed_check(document_item(document, "checks", i), sink);
}

/* Only where something did not arrive: nobody asked otherwise. */
static void add_delivered(struct draft *draft, const json_t *document)
{
    double delivered = document_number(document, "losses.delivered");
    char text[FIGURE_TEXT];

    if (delivered < 1 && figure_percent(text, sizeof(text), delivered)[0])
        draft_add(draft,
                  document_is_true(document, "losses.at_most")
                      ? _(" Delivered: at most %s of the events that this load should have produced.")
                      : _(" Delivered: %s of the events that this load should have produced."),
                  text);
}

static void losses_fact(const json_t *document, const struct fact_sink *sink)
{
    double events = document_number(document, "target.lost_events"),
           lines = document_number(document, "target.lost_lines");
    struct draft draft;

    draft_begin(&draft);
    if (events > 0)
        draft_add(&draft, _("the tool says that it lost %.0f events"), events);
    else if (lines > 0)
        draft_add(&draft, _("%.0f lines of the tool's output report losses"), lines);
    if (events > 0 || lines > 0)
        draft_add(&draft, "%s", _("; a tool that loses events is cheaper than it looks."));
    add_delivered(&draft, document);
    draft_end(&draft, sink, _("Losses"));
}

void report_trust(const json_t *document, const struct fact_sink *sink)
{
    reference_fact(document, sink);
    steady_fact(document, sink);
    losses_fact(document, sink);
    checks_facts(document, sink);
}
