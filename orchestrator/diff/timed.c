/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Timed documents. What is compared is never a time: each document says by how much its tool slowed its own
 * baseline, on its own machine and kernel, and the change is the ratio of these two ratios (a difference of
 * differences where the effect is one).
 *
 * How sure a document is comes from `sd`, the deviation of the very quad contrasts behind its estimate, with
 * the noise reference taken off, and their number n: sd * sqrt(pi / 3 / n), sqrt(pi / 3) being what the
 * Hodges-Lehmann estimate costs against the mean under normal noise (J. Hodges, E. Lehmann, Ann. Math. Stat.
 * 34(2), 1963). The blocks would give the same contrasts again, by the metrics and the adjustment of this
 * version instead of those of the version that measured. The interval's width is the worse source, since it
 * is the distance of two order statistics, but it knows one thing more: where the noise reference was in
 * doubt it is drawn out. So the larger of the two counts, and the width alone where a document has no sd.
 *
 * The runs are independent: variances add (on the log scale where relative), and the interval is Student's
 * with Welch's degrees of freedom (B. Welch, Biometrika 34(1/2), 1947). It knows what varies inside a run,
 * not what differs from run to run (where code and data lie in memory).
 */
#include "base/i18n.h"
#include "orchestrator/diff/kind.h"
#include "orchestrator/stats/student.h"
#include "reports/document.h"

#include <math.h>
#include <string.h>

#define QUADS_MAX 1e6

static bool matches(const json_t *document)
{
    (void)document;
    return true;
}

static const char *bound(const json_t *document)
{
    return document_text(document, "environment.cpu.model");
}

static const json_t *metrics(const json_t *document)
{
    return document_at(document, "metrics");
}

/* On the scale where independent runs have independent errors; NaN for what has no place there. */
static double scaled(const struct side *side, double effect)
{
    double number = side->relative ? log1p(effect) : effect;

    return isfinite(number) ? number : NAN;
}

/* What the interval's width says of the standard error; NaN without an interval. */
static double error_of_width(const struct side *side)
{
    double half = (scaled(side, side->high) - scaled(side, side->low)) / 2;

    if (!(half >= 0) || !(side->level > 0 && side->level < 1))
        return NAN;
    return half / student_t_quantile(0.5 + side->level / 2, side->freedom);
}

static void read_error(const json_t *metric, struct side *side)
{
    double n = document_number(metric, "n"), sd = document_number(metric, "sd");

    side->n = n >= 0 && n <= QUADS_MAX ? (unsigned)n : 0;
    side->error = side->freedom = NAN;
    if (side->n < 2)
        return;
    side->freedom = side->n - 1;
    /* fmax() takes the other one where one is not known. */
    side->error = fmax(sd >= 0 ? sd * sqrt(M_PI / 3 / side->n) : NAN, error_of_width(side));
}

static const char *why_none(const json_t *metric)
{
    if (!json_is_object(document_at(metric, "effect")))
        return document_text_or(metric, "note", N_("it has no figure"));
    return N_("its effect has no bound");
}

/* A metric stays with the look that told its verdict, whatever the run went on for. */
static bool is_selected(const char *verdict)
{
    return strcmp(verdict, "pass") == 0 || strcmp(verdict, "fail") == 0;
}

static bool read_metric(const json_t *document, const char *name, struct side *side)
{
    const json_t *metric = document_metric(document, name);

    if (!metric)
        return false;
    *side = (struct side){
        .unit = document_text(metric, "unit"),
        .higher_is_better = strcmp(document_text(metric, "better"), "higher") == 0,
        .primary = document_is_true(metric, "primary"),
        .relative = strcmp(document_text(metric, "effect.scale"), "relative") == 0,
        .at_least = document_is_true(metric, "at_least"),
        .stopped = is_selected(document_text(metric, "verdict")),
        .lies_low = document_is_true(metric, "lies_low"),
        .baseline = document_number(metric, "baseline"),
        .with_target = document_number(metric, "with_target"),
        .estimate = document_number(metric, "effect.estimate"),
        .low = document_number(metric, "effect.low"),
        .high = document_number(metric, "effect.high"),
        .level = document_number(metric, "effect.level"),
    };
    side->centre = scaled(side, side->estimate);
    side->why = isnan(side->centre) ? why_none(metric) : NULL;
    read_error(metric, side);
    return true;
}

/* Welch's, of two standard errors, not both zero. */
static double joint_freedom(double a, double freedom_a, double b, double freedom_b)
{
    double share = a > 0 ? 1 / (1 + (b / a) * (b / a)) : 0;

    return 1 / (share * share / freedom_a + (1 - share) * (1 - share) / freedom_b);
}

static struct change change(const struct side *old, const struct side *new, double stretch, double level)
{
    double difference = new->centre - old->centre, error_old = stretch * old->error;
    double error = hypot(new->error, error_old), half = error;

    if (error > 0)
        half *= student_t_quantile(0.5 + level / 2,
                                   joint_freedom(new->error, new->freedom, error_old, old->freedom));
    if (!old->relative)
        return (struct change){difference, difference - half, difference + half, level};
    return (struct change){expm1(difference), expm1(difference - half), expm1(difference + half), level};
}

const struct diff_kind diff_kind_timed = {
    .name = "timed",
    .matches = matches,
    .bound_to = "CPU",
    .bound = bound,
    .metrics = metrics,
    .read = read_metric,
    .change = change,
};
