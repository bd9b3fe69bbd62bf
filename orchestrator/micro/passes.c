/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/passes.h"
#include "orchestrator/stats/grouped.h"
#include "orchestrator/stats/select.h"
#include "base/random.h"
#include "reports/jsonio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define KEPT_MIN 6 /* an interval of 95 % takes as many (stats/grouped.h) */

_Static_assert(PASSES_MAX <= GROUPS_MAX, "each pass is a group");

void passes_keep(struct row_passes *passes, struct micro_result *result, double clock_ns)
{
    unsigned pass = passes->kept;

    if (result->status != ROW_MEASURED) {
        memcpy(passes->reason, result->reason, sizeof(passes->reason));
        passes->unsupported |= result->status == ROW_UNSUPPORTED;
        passes->may_pass |= result->may_pass;
        passes->failed++;
        json_decref(result->detail);
        return;
    }
    memcpy(passes->values[pass], result->values, result->count * sizeof(result->values[0]));
    passes->clock_ns[pass] = clock_ns;
    passes->details[pass] = result->detail;
    passes->repetitions = result->count;
    passes->ranged = result->ranged;
    passes->low = result->low;
    passes->high = result->high;
    passes->kept++;
}

void passes_free(struct row_passes *passes)
{
    for (unsigned pass = 0; pass < passes->kept; pass++)
        json_decref(passes->details[pass]);
    passes->kept = 0;
}

/* D. Knuth, "The Art of Computer Programming" 2, algorithm 3.4.2P. */
void passes_order(struct random *random, unsigned *order, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned other = (unsigned)(random_uniform(random) * (i + 1));

        order[i] = i;
        order[i] = order[other];
        order[other] = i;
    }
}

/* A detail that is measured: its median over the passes. */
static json_t *median_detail(const struct row_passes *passes, const char *key)
{
    double values[PASSES_MAX];
    unsigned count = 0;

    for (unsigned pass = 0; pass < passes->kept; pass++) {
        const json_t *value = json_object_get(passes->details[pass], key);

        if (json_is_number(value))
            values[count++] = json_number_value(value);
    }
    return jsonio_number(select_median(values, count));
}

static void combine_details(const struct row_passes *passes, struct micro_figure *figure)
{
    json_t *last = passes->details[passes->kept - 1], *value;
    const char *key;

    figure->detail = json_object();
    json_object_foreach(last, key, value)
    {
        if (passes->kept > 1 && json_is_real(value))
            json_object_set_new(figure->detail, key, median_detail(passes, key));
        else
            json_object_set(figure->detail, key, value);
    }
}

static void one_pass(const struct row_passes *passes, struct micro_figure *figure)
{
    const double *values = passes->values[0];
    unsigned count = passes->repetitions;

    if (passes->ranged)
        figure->cost = (struct interval){values[0], passes->low, passes->high};
    else if (count == 1) /* --exact: counted, and the same each time */
        figure->cost = (struct interval){values[0], values[0], values[0]};
    else
        hodges_lehmann(values, count, signed_rank_k(count, 0.025), &figure->cost);
    figure->repetitions = count;
}

static void several(const struct row_passes *passes, const struct micro_row *row, double reference_clock_ns,
                    struct micro_figure *figure)
{
    double values[SIGNED_RANK_MAX + PASSES_MAX]; /* repetitions are rounded up to whole passes */
    unsigned count = 0;
    struct grouped grouped;

    for (unsigned repetition = 0; repetition < passes->repetitions; repetition++)
        for (unsigned pass = 0; pass < passes->kept; pass++) {
            double scale = row->by_clock ? 1 : reference_clock_ns / passes->clock_ns[pass];

            values[count++] = passes->values[pass][repetition] * scale;
        }
    grouped_interval(values, count, passes->kept, 0.95, &grouped);
    figure->cost = grouped.interval;
    figure->repetitions = count;
    json_object_set_new(figure->detail, "loads", json_integer(passes->kept));
    json_object_set_new(figure->detail, "loads_sd_ns", jsonio_number(grouped.groups_sd));
    json_object_set_new(figure->detail, "within_load_sd_ns", jsonio_number(grouped.within_sd));
    json_object_set_new(figure->detail, "loads_dropped", json_integer(passes->failed));
}

static void judge_width(const struct row_passes *passes, const struct micro_row *row,
                        struct micro_figure *figure)
{
    double width = figure->cost.high - figure->cost.low;

    if (width <= fmax(row->width_ns, row->width_share * fabs(figure->cost.estimate)))
        return;
    figure->status = ROW_UNTRUSTWORTHY;
    snprintf(figure->reason, sizeof(figure->reason), "its interval is %.*f ns wide%s", width < 10 ? 1 : 0,
             width, passes->kept > 1 ? ", since its loads differ" : "");
}

void passes_combine(const struct row_passes *passes, const struct micro_row *row, double reference_clock_ns,
                    struct micro_figure *figure)
{
    *figure = (struct micro_figure){.cost = interval_unknown(), .status = ROW_MEASURED};
    if (passes->kept <= passes->failed || (passes->failed > 0 && passes->kept < KEPT_MIN)) {
        figure->status = passes->unsupported ? ROW_UNSUPPORTED : ROW_UNTRUSTWORTHY;
        memcpy(figure->reason, passes->reason, sizeof(figure->reason));
        if (figure->status == ROW_UNSUPPORTED && passes->may_pass)
            figure->detail = json_pack("{s:b}", "may_pass", true);
        return;
    }
    combine_details(passes, figure);
    if (passes->kept > 1)
        several(passes, row, reference_clock_ns, figure);
    else
        one_pass(passes, figure);
    judge_width(passes, row, figure);
}
