/* SPDX-License-Identifier: GPL-2.0 */
/* What the run checked about itself: the harness's own share, and whether a block's place in its quad
 * matters. */
#include "base/i18n.h"
#include "orchestrator/compose.h"
#include "reports/jsonio.h"

#include <math.h>

#define HARNESS_CORES_MAX 0.005 /* of one CPU during a window */

static void add(json_t *checks, const char *name, json_t *ok, const char *unit, json_t *value,
                const char *text)
{
    json_array_append_new(checks, json_pack("{s:s, s:o, s:s, s:s, s:o}", "name", name, "ok", ok, "text", text,
                                            "unit", unit, "value", value));
}

/* CPUs that our own process kept busy during windows: mean over blocks, with the smallest and the largest. */
static void add_harness(json_t *checks, const struct trial *trial)
{
    double sum = 0, low = INFINITY, high = -INFINITY;
    unsigned count = 0;

    for (size_t i = 0; i < trial->count; i++) {
        double cores = values_or_nan(&trial->blocks[i].values, "harness.cpu_ns") /
                       values_or_nan(&trial->blocks[i].values, "sampler.window_ns");

        if (isnan(cores))
            continue;
        sum += cores;
        low = fmin(low, cores);
        high = fmax(high, cores);
        count++;
    }
    if (count)
        add(checks, "harness_cpu", json_boolean(sum / count < HARNESS_CORES_MAX), "cores",
            compose_interval(sum / count, low, high),
            /* xgettext:no-c-format */
            N_("the harness itself uses less than 0.5 % of one CPU in a window"));
}

static void add_sequence(json_t *checks, const char *name, const char *text,
                         const struct sequence_check *check, const struct metric_result *primary)
{
    const struct interval *effect = &check->effect;
    const char *unit = primary->relative ? "relative" : primary->metric->unit;

    if (isnan(effect->estimate) || !isfinite(effect->low) || !isfinite(effect->high)) {
        add(checks, name, json_null(), unit, json_null(), text);
        return;
    }
    add(checks, name, json_boolean(!check->matters), unit, compose_effect_interval(primary, effect), text);
}

json_t *compose_checks(const struct analysis *analysis, const struct trial *trial)
{
    const struct metric_result *primary = compose_find(analysis, analysis->design.primary->name);
    const struct sequence_report *sequence = &analysis->primary.sequence;
    json_t *checks = json_array();

    add_harness(checks, trial);
    if (!analysis->primary.sequence_known)
        return checks;
    add_sequence(checks, "b_after_a",
                 N_("a block with the target on costs the same right after switching on as later"),
                 &sequence->b_after_a, primary);
    add_sequence(checks, "a_after_b",
                 N_("a block with the target off is the same right after switching off as later"),
                 &sequence->a_after_b, primary);
    add_sequence(checks, "halves", N_("the effect is the same in both halves of the run"), &sequence->halves,
                 primary);
    return checks;
}
