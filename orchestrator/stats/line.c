/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/line.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

/* Sums of squares and products below this share of what they came from are what rounding has left. */
#define ROUNDING 1e-12

struct means {
    double x, y, beside;
};

/* Weighted moments about the means. */
struct moments {
    double xx, xy, xb, bb, by;
};

static bool usable(const struct line_point *points, unsigned count, enum line_explained_by explained_by)
{
    for (unsigned i = 0; i < count; i++)
        if (!isfinite(points[i].x) || !isfinite(points[i].y) || !isfinite(points[i].error) ||
            !(points[i].error > 0) || (explained_by == LINE_BY_X_AND_BESIDE && !isfinite(points[i].beside)))
            return false;
    return count >= (unsigned)explained_by + 1 && count <= LINE_POINTS_MAX;
}

static double weight(const struct line_point *point)
{
    return 1 / (point->error * point->error);
}

static struct means means_of(const struct line_point *points, unsigned count)
{
    struct means means = {0};
    double weights = 0;

    for (unsigned i = 0; i < count; i++) {
        weights += weight(&points[i]);
        means.x += weight(&points[i]) * points[i].x;
        means.y += weight(&points[i]) * points[i].y;
        means.beside += weight(&points[i]) * points[i].beside;
    }
    means.x /= weights;
    means.y /= weights;
    means.beside /= weights;
    return means;
}

static struct moments moments_of(const struct line_point *points, unsigned count, const struct means *means)
{
    struct moments sums = {0};

    for (unsigned i = 0; i < count; i++) {
        double x = points[i].x - means->x, y = points[i].y - means->y,
               beside = points[i].beside - means->beside;

        sums.xx += weight(&points[i]) * x * x;
        sums.xy += weight(&points[i]) * x * y;
        sums.xb += weight(&points[i]) * x * beside;
        sums.bb += weight(&points[i]) * beside * beside;
        sums.by += weight(&points[i]) * beside * y;
    }
    return sums;
}

/* Slopes on x and beside, and the variance of the first; false where the points leave it open. */
static bool solve(const struct moments *sums, bool with_beside, double slopes[2], double *variance)
{
    double determinant = sums->xx * sums->bb - sums->xb * sums->xb;

    if (!with_beside) {
        slopes[0] = sums->xy / sums->xx;
        slopes[1] = 0;
        *variance = 1 / sums->xx;
        return sums->xx > 0;
    }
    slopes[0] = (sums->xy * sums->bb - sums->by * sums->xb) / determinant;
    slopes[1] = (sums->by * sums->xx - sums->xy * sums->xb) / determinant;
    *variance = sums->bb / determinant;
    return determinant > ROUNDING * sums->xx * sums->bb;
}

static double misfit(const struct line_point *points, unsigned count, const struct means *means,
                     const double slopes[2])
{
    double sum = 0;

    for (unsigned i = 0; i < count; i++) {
        double expected =
            means->y + slopes[0] * (points[i].x - means->x) + slopes[1] * (points[i].beside - means->beside);

        sum += weight(&points[i]) * pow(points[i].y - expected, 2);
    }
    return sum;
}

int line_slope(const struct line_point *points, unsigned count, enum line_explained_by explained_by,
               struct interval *slope)
{
    double spare = (double)count - explained_by - 1, slopes[2], variance, ratio, half;
    struct moments sums;
    struct means means;

    if (!usable(points, count, explained_by))
        return -EINVAL;
    means = means_of(points, count);
    sums = moments_of(points, count, &means);
    if (!solve(&sums, explained_by == LINE_BY_X_AND_BESIDE, slopes, &variance))
        return -EINVAL;
    ratio = spare > 0 ? misfit(points, count, &means, slopes) / spare : 0;
    half = ratio > 1 ? student_t_quantile(0.975, spare) * sqrt(ratio * variance)
                     : normal_quantile(0.975) * sqrt(variance);
    *slope = (struct interval){slopes[0], slopes[0] - half, slopes[0] + half};
    return 0;
}
