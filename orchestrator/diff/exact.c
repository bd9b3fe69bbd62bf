/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exact documents (design.kind "exact", of the kernel lab): instructions are counted, and the same boot gives
 * the same count to the last digit. What varies is the seed, which moves things about in memory:
 * exact.seeds[] holds baseline, with_target and difference for each. The change is the difference of the
 * means over the seeds, from the least of one document less the largest of the other to the reverse. Between
 * one seed and another an end-to-end mean moves by 0.10 to 0.12 %, so a document with a single seed is taken
 * to be good for 0.15 % of its baseline.
 */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "orchestrator/diff/kind.h"
#include "reports/document.h"

#include <math.h>
#include <string.h>

#define SEEDS_MAX        256
#define METRICS_MAX      512 /* of one seed */
#define UNRESOLVED_SHARE 0.0015

static bool matches(const json_t *document)
{
    return strcmp(document_text(document, "design.kind"), "exact") == 0;
}

/* "" where the document does not say. */
static const char *bound(const json_t *document)
{
    static const char *const places[] = {"exact.qemu", "exact.qemu.version", "environment.qemu",
                                         "environment.qemu.version", "environment.versions.qemu"};
    const char *version = "";

    for (size_t i = 0; i < ARRAY_SIZE(places) && !version[0]; i++)
        version = document_text(document, places[i]);
    return version;
}

/* Documents without figures by seed have the usual ones. */
static const json_t *metrics(const json_t *document)
{
    const json_t *list = document_at(document, "exact.seeds.0.metrics");

    return list ? list : document_at(document, "metrics");
}

static const json_t *find(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list) && i < METRICS_MAX; i++)
        if (strcmp(document_text(json_array_get(list, i), "name"), name) == 0)
            return json_array_get(list, i);
    return NULL;
}

struct sums {
    double baseline, with_target, difference, least, largest;
    unsigned count;
};

static void add(struct sums *sums, const json_t *metric)
{
    double difference = document_number(metric, "difference");

    if (isnan(difference))
        return;
    sums->least = sums->count && sums->least < difference ? sums->least : difference;
    sums->largest = sums->count && sums->largest > difference ? sums->largest : difference;
    sums->difference += difference;
    sums->baseline += document_number(metric, "baseline");
    sums->with_target += document_number(metric, "with_target");
    sums->count++;
}

static struct sums sum_seeds(const json_t *document, const char *name)
{
    struct sums sums = {0};

    for (size_t i = 0; i < document_count(document, "exact.seeds") && i < SEEDS_MAX; i++)
        add(&sums, find(document_at(document_item(document, "exact.seeds", i), "metrics"), name));
    return sums;
}

static void from_seeds(struct side *side, const struct sums *sums)
{
    side->n = sums->count;
    side->baseline = sums->baseline / sums->count;
    side->with_target = sums->with_target / sums->count;
    side->estimate = sums->difference / sums->count;
    side->low = sums->least;
    side->high = sums->largest;
}

static void from_metric(struct side *side, const json_t *metric)
{
    side->n = 1;
    side->baseline = document_number(metric, "baseline");
    side->with_target = document_number(metric, "with_target");
    side->estimate = document_number(metric, "absolute.estimate");
    side->low = document_number(metric, "absolute.low");
    side->high = document_number(metric, "absolute.high");
}

static bool read_metric(const json_t *document, const char *name, struct side *side)
{
    const json_t *metric = find(document_at(document, "metrics"), name);
    struct sums sums = sum_seeds(document, name);

    if (!metric && !find(metrics(document), name))
        return false;
    *side = (struct side){.unit = document_text_or(metric, "unit", "insn"),
                          .higher_is_better = strcmp(document_text(metric, "better"), "higher") == 0,
                          .primary = document_is_true(metric, "primary"),
                          .level = NAN,
                          .error = NAN,
                          .freedom = NAN};
    if (sums.count)
        from_seeds(side, &sums);
    else
        from_metric(side, metric);
    side->centre = side->estimate;
    side->why = isnan(side->centre) ? document_text_or(metric, "note", N_("it has no figure")) : NULL;
    return true;
}

/* What a single boot can't tell from where things lie in memory. */
static double unresolved(const struct side *side)
{
    return side->n < 2 ? UNRESOLVED_SHARE * fabs(side->baseline) : 0;
}

static struct change change(const struct side *old, const struct side *new, double stretch, double level)
{
    double difference = new->centre - old->centre, shift = (stretch - 1) * old->centre;
    double slack = unresolved(new) + stretch * unresolved(old);

    (void)level;
    return (struct change){difference, new->low - stretch * old->high + shift - slack,
                           new->high - stretch * old->low + shift + slack, NAN};
}

const struct diff_kind diff_kind_exact = {
    .name = "exact",
    .matches = matches,
    .bound_to = N_("QEMU version"),
    .bound = bound,
    .metrics = metrics,
    .read = read_metric,
    .change = change,
};
