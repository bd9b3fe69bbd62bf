/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "orchestrator/stats/adjust.h"

#include "orchestrator/stats/quad.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#define REPORT_LEVEL     0.025 /* error a side of the intervals that are shown */
#define DROP_LEVEL       0.001 /* evidence a side that the target moves the reference; K = 0 at ten quads */
#define DOUBT_LEVEL      0.16  /* one standard error */
#define NEGLIGIBLE_SHARE 0.25  /* of the adjusted half width */

/* One that never moves explains nothing, and would cost a row. */
static bool usable(const struct adjust_input *input, unsigned kind)
{
    bool moves = false;

    for (unsigned i = 0; i < 4 * input->quads; i++) {
        if (!isfinite(input->r[kind][i]))
            return false;
        moves = moves || input->r[kind][i] != input->r[kind][0];
    }
    return moves;
}

static unsigned usable_kinds(const struct adjust_input *input, unsigned *kinds)
{
    unsigned count = 0;

    for (unsigned kind = 0; kind < input->kinds; kind++)
        if (usable(input, kind))
            kinds[count++] = kind;
    return count;
}

/* A row for each of the two differences within arms of each quad: last less first, third less second block.
 */
static void collect_rows(const struct adjust_input *input, const unsigned *kinds, unsigned count,
                         struct regression *data)
{
    data->rows = 0;
    data->columns = count;
    for (unsigned i = 0; i < 2 * input->quads; i++) {
        unsigned first = 4 * (i / 2) + i % 2, last = 4 * (i / 2) + 3 - i % 2;
        double difference = input->y[last] - input->y[first];

        if (!isfinite(difference))
            continue;
        for (unsigned j = 0; j < count; j++)
            data->x[data->rows][j] = input->r[kinds[j]][last] - input->r[kinds[j]][first];
        data->y[data->rows++] = difference;
    }
}

static struct interval centre(const double *x, unsigned n, double level)
{
    struct interval interval;

    if (hodges_lehmann(x, n, signed_rank_k(n, level), &interval) < 0)
        return interval_unknown();
    return interval;
}

static bool excludes_zero(struct interval interval)
{
    return interval.low > 0 || interval.high < 0;
}

static int estimate_coefficients(const struct adjust_input *input, struct adjust_output *output)
{
    unsigned kinds[ADJUST_KINDS_MAX], count = usable_kinds(input, kinds);
    double coefficient[ADJUST_KINDS_MAX];
    struct regression data;
    int status;

    if (count == 0)
        return -ENOENT;
    collect_rows(input, kinds, count, &data);
    status = regression_fit(&data, coefficient);
    for (unsigned j = 0; j < count; j++)
        output->coefficient[kinds[j]] = status == 0 ? coefficient[j] : 0;
    return status;
}

/* Contrasts of each usable reference, their intervals, and what they take from the metric's. */
static void subtract(const struct adjust_input *input, struct adjust_output *output, double *taken)
{
    for (unsigned q = 0; q < input->quads; q++)
        taken[q] = 0;
    for (unsigned kind = 0; kind < input->kinds; kind++) {
        double contrast[ADJUST_QUADS_MAX];

        if (!usable(input, kind))
            continue;
        for (unsigned q = 0; q < input->quads; q++) {
            contrast[q] = quad_contrast(input->r[kind] + 4 * q, input->arms + 4 * q);
            taken[q] += output->coefficient[kind] * contrast[q];
        }
        output->reference_effect[kind] = centre(contrast, input->quads, REPORT_LEVEL);
    }
    output->taken = centre(taken, input->quads, REPORT_LEVEL);
    for (unsigned q = 0; q < input->quads; q++)
        output->adjusted[q] = output->raw[q] - taken[q];
}

static void drop(const struct adjust_input *input, struct adjust_output *output, const char *why)
{
    output->dropped = true;
    output->gain = 1;
    for (unsigned q = 0; q < input->quads; q++)
        output->adjusted[q] = output->raw[q];
    snprintf(output->why, sizeof(output->why), "%s", why);
}

static unsigned finite_only(const double *x, unsigned n, double *kept)
{
    unsigned count = 0;

    for (unsigned i = 0; i < n; i++)
        if (isfinite(x[i]))
            kept[count++] = x[i];
    return count;
}

/* How much narrower the contrasts have become; sets the gain. */
static double adjusted_half_width(const struct adjust_input *input, struct adjust_output *output)
{
    double kept[ADJUST_QUADS_MAX] = {0}, raw_sd, ratio;
    struct interval interval;
    unsigned n;

    raw_sd = sample_sd(kept, finite_only(output->raw, input->quads, kept));
    n = finite_only(output->adjusted, input->quads, kept);
    ratio = raw_sd / sample_sd(kept, n);
    output->gain = isfinite(ratio) ? ratio * ratio : 1;
    interval = centre(kept, n, REPORT_LEVEL);
    return (interval.high - interval.low) / 2;
}

static void judge(const struct adjust_input *input, struct adjust_output *output, const double *taken)
{
    double half_width = adjusted_half_width(input, output);

    if (fabs(output->taken.estimate) <= NEGLIGIBLE_SHARE * half_width)
        return;
    if (excludes_zero(centre(taken, input->quads, DROP_LEVEL))) {
        drop(input, output, "the target moves the noise reference");
    } else if (excludes_zero(centre(taken, input->quads, DOUBT_LEVEL))) {
        output->doubtful = true;
        snprintf(output->why, sizeof(output->why), N_("the target may move the noise reference"));
    }
}

static int check(const struct adjust_input *input)
{
    if (input->quads > ADJUST_QUADS_MAX || input->kinds > ADJUST_KINDS_MAX)
        return -EINVAL;
    for (unsigned q = 0; q < input->quads; q++)
        if (!quad_order_valid(input->arms + 4 * q))
            return -EINVAL;
    return 0;
}

int adjust_contrasts(const struct adjust_input *input, struct adjust_output *output)
{
    double taken[ADJUST_QUADS_MAX];
    int status = check(input);

    if (status < 0)
        return status;
    *output = (struct adjust_output){.raw = output->raw, .adjusted = output->adjusted, .gain = 1};
    output->taken = interval_unknown();
    for (unsigned kind = 0; kind < ADJUST_KINDS_MAX; kind++)
        output->reference_effect[kind] = interval_unknown();
    for (unsigned q = 0; q < input->quads; q++)
        output->raw[q] = quad_contrast(input->y + 4 * q, input->arms + 4 * q);
    status = estimate_coefficients(input, output);
    subtract(input, output, taken);
    if (status == -ENOENT)
        drop(input, output, "no usable noise reference");
    else if (status < 0)
        drop(input, output, "too few quads to tell what the noise reference is worth");
    else
        judge(input, output, taken);
    return 0;
}

void adjust_blocks(const struct adjust_input *input, const struct adjust_output *output, double *blocks)
{
    for (unsigned i = 0; i < 4 * input->quads; i++)
        blocks[i] = input->y[i];
    if (output->dropped)
        return;
    for (unsigned kind = 0; kind < input->kinds; kind++) {
        double mean;

        if (output->coefficient[kind] == 0)
            continue;
        mean = sample_mean(input->r[kind], 4 * input->quads);
        for (unsigned i = 0; i < 4 * input->quads; i++)
            blocks[i] -= output->coefficient[kind] * (input->r[kind][i] - mean);
    }
}
