/* SPDX-License-Identifier: GPL-2.0 */
/* Change points of timed series by statistics, of exact ones by what the seeds leave open. */
#include "orchestrator/history/trend_find.h"
#include "orchestrator/diff/kind.h"
#include "orchestrator/stats/change_point.h"
#include "orchestrator/stats/student.h"

#include <errno.h>
#include <math.h>
#include <string.h>

struct trend_kind {
    const char *mode;
    unsigned least; /* points */
    int (*find)(const struct trend_point *points, const bool *breaks, unsigned count, double alarms,
                struct trend_change *changes, struct trend_level *level);
};

/* --- timed --- */

/* From the scale where errors add to that of the effect. */
static double back(double number, bool relative)
{
    return relative ? expm1(number) : number;
}

static struct trend_level level_of(const double *figures, const double *errors, unsigned count, bool relative)
{
    struct level level = change_point_level(figures, errors, count);
    double half = count > 1 ? level.error * student_t_quantile(0.975, count - 1) : 1.96 * level.error;

    return (struct trend_level){back(level.mean, relative), back(level.mean - half, relative),
                                back(level.mean + half, relative)};
}

static int find_timed(const struct trend_point *points, const bool *breaks, unsigned count, double alarms,
                      struct trend_change *changes, struct trend_level *level)
{
    OWNED_PTR double *figures = calloc(count, sizeof(double));
    OWNED_PTR double *errors = calloc(count, sizeof(double));
    OWNED_PTR struct change_point *found = calloc(count, sizeof(*found));
    bool relative = points[0].figure.relative;
    int result;

    if (!figures || !errors || !found)
        return -ENOMEM;
    for (unsigned i = 0; i < count; i++) {
        figures[i] = points[i].figure.centre;
        errors[i] = points[i].figure.error;
    }
    result = change_points(figures, errors, breaks, count, alarms, found);
    for (int i = 0; i < result; i++)
        changes[i] = (struct trend_change){.at = found[i].at,
                                           .before = back(found[i].before, relative),
                                           .behind = back(found[i].behind, relative),
                                           .estimate = back(found[i].estimate, relative),
                                           .low = back(found[i].low, relative),
                                           .high = back(found[i].high, relative),
                                           .p = found[i].p};
    if (result >= 0) {
        unsigned from = result ? changes[result - 1].at : 0;

        *level = level_of(figures + from, errors + from, count - from, relative);
    }
    return result;
}

/* --- exact --- */

static struct side side_of(const struct history_figure *figure)
{
    return (struct side){.baseline = figure->baseline,
                         .with_target = figure->with_target,
                         .estimate = figure->estimate,
                         .low = figure->low,
                         .high = figure->high,
                         .centre = figure->centre,
                         .n = figure->n,
                         .level = NAN,
                         .error = NAN,
                         .freedom = NAN};
}

/* Of documents that no break parts: their means, from the least to the largest. What is not known of one is
 * not known of them. */
static struct side side_of_group(const struct trend_point *points, unsigned count)
{
    struct side all = side_of(&points[0].figure);

    for (unsigned i = 1; i < count; i++) {
        struct side one = side_of(&points[i].figure);

        all.baseline += (one.baseline - all.baseline) / (i + 1);
        all.with_target += (one.with_target - all.with_target) / (i + 1);
        all.estimate += (one.estimate - all.estimate) / (i + 1);
        all.centre += (one.centre - all.centre) / (i + 1);
        all.low = isnan(one.low) || one.low < all.low ? one.low : all.low;
        all.high = isnan(one.high) || one.high > all.high ? one.high : all.high;
        all.n = one.n < all.n ? one.n : all.n;
    }
    return all;
}

static unsigned group_end(const bool *breaks, unsigned from, unsigned count)
{
    unsigned to = from + 1;

    while (to < count && !breaks[to])
        to++;
    return to;
}

/* Against the first documents of its piece and not those before it: many small steps are a change as well. */
static int find_exact(const struct trend_point *points, const bool *breaks, unsigned count, double alarms,
                      struct trend_change *changes, struct trend_level *level)
{
    unsigned from = group_end(breaks, 0, count), to;
    struct side first = side_of_group(points, from);
    int found = 0;

    (void)alarms;
    for (; from < count; from = to) {
        struct side new;
        struct change change;

        to = group_end(breaks, from, count);
        new = side_of_group(points + from, to - from);
        change = diff_kind_exact.change(&first, &new, 1, DIFF_LEVEL);
        if (!(change.low > 0) && !(change.high < 0))
            continue;
        changes[found++] = (struct trend_change){.at = from,
                                                 .before = first.centre,
                                                 .behind = new.centre,
                                                 .estimate = change.estimate,
                                                 .low = change.low,
                                                 .high = change.high,
                                                 .p = NAN};
        first = new;
    }
    *level = (struct trend_level){first.centre, first.low, first.high};
    return found;
}

/* --- which one --- */

static const struct trend_kind kinds[] = {
    {"timed", CHANGE_POINT_LEAST, find_timed},
    {"exact", 2, find_exact},
};

/* What a document says that it is was one of diff's kinds; anything else is taken for timed, as there. */
static const struct trend_kind *kind_of(const char *mode)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (strcmp(kinds[i].mode, mode) == 0)
            return &kinds[i];
    return &kinds[0];
}

int trend_find(const char *mode, const struct trend_point *points, const bool *breaks, unsigned count,
               double alarms, struct trend_change *changes, struct trend_level *level)
{
    *level = (struct trend_level){NAN, NAN, NAN};
    return count ? kind_of(mode)->find(points, breaks, count, alarms, changes, level) : 0;
}

bool trend_too_few(const char *mode, unsigned count)
{
    return count < kind_of(mode)->least;
}
