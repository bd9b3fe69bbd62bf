/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/sequence.h"

#include "orchestrator/stats/quad.h"
#include "orchestrator/stats/student.h"

#include <errno.h>
#include <math.h>

static void judge(struct sequence_check *check, double estimate, double half_width)
{
    double threshold = SEQUENCE_SHARE * fmax(fabs(estimate), half_width);
    struct interval effect = check->effect;

    check->matters = (effect.low > 0 || effect.high < 0) && fabs(effect.estimate) > threshold;
}

/* Second block less third of the quads that start with `first`. */
static void carry_over(const double *blocks, const char *arms, const bool *apart, unsigned quads, char first,
                       struct sequence_check *check)
{
    double differences[ESTIMATE_MAX];
    unsigned n = 0;

    for (unsigned q = 0; q < quads; q++) {
        double difference = blocks[4 * q + 1] - blocks[4 * q + 2];

        if (arms[4 * q] == first && !(apart && apart[q]) && isfinite(difference))
            differences[n++] = difference;
    }
    check->effect = t_interval(differences, n, SEQUENCE_LEVEL);
    check->quads = n;
}

/* Difference of two means with unequal variances (B. Welch, Biometrika 34, 1947). */
static struct interval welch(const double *x, unsigned nx, const double *y, unsigned ny, double level)
{
    double difference = sample_mean(y, ny) - sample_mean(x, nx);
    double vx = sample_sd(x, nx) * sample_sd(x, nx) / nx, vy = sample_sd(y, ny) * sample_sd(y, ny) / ny;
    double df = (vx + vy) * (vx + vy) / (vx * vx / (nx - 1.0) + vy * vy / (ny - 1.0)), half;

    if (nx < 2 || ny < 2)
        return (struct interval){difference, -INFINITY, INFINITY};
    half = vx + vy > 0 ? student_t_quantile(0.5 + level / 2, df) * sqrt(vx + vy) : 0;
    return (struct interval){difference, difference - half, difference + half};
}

static void compare_halves(const double *blocks, const char *arms, unsigned quads,
                           struct sequence_check *check)
{
    double contrasts[ESTIMATE_MAX] = {0};
    unsigned n = 0, half;

    for (unsigned q = 0; q < quads; q++) {
        double contrast = quad_contrast(blocks + 4 * q, arms + 4 * q);

        if (isfinite(contrast))
            contrasts[n++] = contrast;
    }
    half = n / 2; /* an odd quad in the middle belongs to neither */
    check->effect = welch(contrasts, half, contrasts + n - half, half, SEQUENCE_LEVEL);
    check->quads = half;
}

int sequence_check(const double *blocks, const char *arms, const bool *apart, unsigned quads, double estimate,
                   double half_width, struct sequence_report *report)
{
    if (quads > ESTIMATE_MAX)
        return -EINVAL;
    for (unsigned q = 0; q < quads; q++)
        if (!quad_order_valid(arms + 4 * q))
            return -EINVAL;
    carry_over(blocks, arms, apart, quads, 'A', &report->b_after_a);
    carry_over(blocks, arms, apart, quads, 'B', &report->a_after_b);
    compare_halves(blocks, arms, quads, &report->halves);
    judge(&report->b_after_a, estimate, half_width);
    judge(&report->a_after_b, estimate, half_width);
    judge(&report->halves, estimate, half_width);
    return 0;
}
