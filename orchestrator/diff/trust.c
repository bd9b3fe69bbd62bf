/* SPDX-License-Identifier: GPL-2.0 */
/* What has to be known of the documents before their comparison is believed. */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "orchestrator/diff/document.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/warning.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RATES_DIFFER 0.1 /* share by which offered rates may differ before it is said */

/* Warnings of a run that bear on its overhead. */
struct passed_on {
    const char *code;
    bool grave; /* its figures are no overhead */
};

static const struct passed_on passed_on[] = {
    {"never_fired", true},     {"load_died", true},      {"load_fell_short", false},
    {"firing_unclear", false}, {"lost_events", false},   {"steady_differs", false},
    {"load_saturated", false}, {"halves_differ", false}, {"interrupts_overstated", false},
    {"target_starved", false},
};

static bool pass_on(json_t *warnings, const char *which, const json_t *warning)
{
    const char *code = document_text(warning, "code");

    for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++) {
        if (strcmp(passed_on[i].code, code) != 0)
            continue;
        warning_add(warnings, passed_on[i].code, NULL, "%s: %.400s", which, document_text(warning, "text"));
        return !passed_on[i].grave;
    }
    return true;
}

/* The metric whose verdict ended the run early, and its size with it. */
static void warn_of_early_end(json_t *warnings, const char *which, const json_t *document)
{
    const json_t *metric;
    size_t i;

    json_array_foreach(document_at(document, "metrics"), i, metric)
    {
        if (!document_is_true(metric, "at_least"))
            continue;
        warning_add(warnings, "ended_early", "measure it without a budget",
                    "%s ended at the look that broke its budget, which overstates the effect on %.100s",
                    which, document_text(metric, "name"));
        return;
    }
}

bool diff_warn_of(json_t *warnings, const char *which, const json_t *document)
{
    bool trusted = strcmp(document_text(document, "verdict.status"), "untrustworthy") != 0;
    const json_t *warning;
    size_t i;

    if (!trusted)
        warning_add(
            warnings, "untrustworthy", "measure it again", "%s is untrustworthy: %.300s", which,
            document_text_or(document, "verdict.reasons.0", document_text(document, "verdict.sentence")));
    json_array_foreach(document_at(document, "warnings"), i, warning)
    {
        trusted = pass_on(warnings, which, warning) && trusted;
    }
    warn_of_early_end(warnings, which, document);
    return trusted;
}

static void warn_of_rates(json_t *warnings, double old, double new)
{
    static const char *const remedy = N_("give both runs the same rate=");

    if (isnan(old) != isnan(new))
        warning_add(warnings, "offered_rate", remedy,
                    "%s was loaded at a given rate, the other one as fast as replies came",
                    isnan(old) ? "NEW" : "OLD");
    else if (old > (1 + RATES_DIFFER) * new || new > (1 + RATES_DIFFER) * old)
        warning_add(
            warnings, "offered_rate", remedy,
            "the load was offered at %.4g operations a second in OLD and %.4g in NEW: an overhead depends on "
            "the rate",
            old, new);
}

static bool same_run(const json_t *old, const json_t *new)
{
    return strcmp(document_text(old, "time.started"), document_text(new, "time.started")) == 0 &&
           strcmp(document_text(old, "design.seed"), document_text(new, "design.seed")) == 0 &&
           json_equal(document_at(old, "metrics"), document_at(new, "metrics"));
}

void diff_warn_of_pair(json_t *warnings, const json_t *old, const json_t *new)
{
    const struct diff_kind *kind = diff_kind_of(old);

    warn_of_rates(warnings, document_number(old, "workload.offered_per_second"),
                  document_number(new, "workload.offered_per_second"));
    if (!kind->bound(old)[0])
        warning_add(warnings, "bound_unknown", NULL,
                    "neither document says on which %s it rests, and what a probe costs depends on it",
                    kind->bound_to);
    if (kind == &diff_kind_timed && same_run(old, new))
        warning_add(warnings, "same_run", "compare two runs",
                    "OLD and NEW are the same run: the intervals are for independent ones");
}
