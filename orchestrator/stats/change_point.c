/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/change_point.h"
#include "base/cleanup.h"
#include "base/random.h"
#include "orchestrator/stats/student.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define DRAWS_PER_ALARM 100   /* expected exceedances at the rate itself: p is good for a tenth there */
#define DRAWS_MIN       20    /* likewise, for long series */
#define NUMBERS_MAX     4e7   /* random numbers for one p value: half a second */
#define SURE            2.0   /* standard errors of a simulated p that count as part of it */
#define RATIO_LEAST     0.3   /* of the squared differences of neighbours that is asked for in short series */
#define ERROR_FLOOR     1e-3  /* of the usual error: no figure outweighs a million others */
#define SAME            1e-12 /* differences of this share are rounding */
#define SEED            UINT64_C(0x68697374)

struct series {
    const double *figures;
    const bool *breaks;
    double *within;  /* variances that the figures' own errors give */
    double *weights; /* 1 / (within + excess) */
    double *drawn;   /* a simulated series */
    struct change_point *points;
    unsigned point_count, count;
    double alarms;
};

static void series_free(struct series *series)
{
    free(series->within);
    free(series->weights);
    free(series->drawn);
}

/* --- weights --- */

static bool is_known(double error)
{
    return isfinite(error) && error > 0;
}

/* 0 where no error is known: then the scatter alone speaks, and all figures weigh the same. */
static double usual_error(const double *errors, unsigned count)
{
    double sum = 0;
    unsigned known = 0;

    for (unsigned i = 0; i < count; i++)
        if (is_known(errors[i])) {
            sum += errors[i] * errors[i];
            known++;
        }
    return known ? sqrt(sum / known) : 0;
}

static void fill_within(const double *errors, unsigned count, double *within)
{
    double usual = usual_error(errors, count);

    for (unsigned i = 0; i < count; i++) {
        double error = is_known(errors[i]) ? fmax(errors[i], ERROR_FLOOR * usual) : usual;

        within[i] = error * error;
    }
}

/* How many times what it should be the sum of squared differences of neighbours is, with this excess. */
static double neighbours_ratio(const struct series *s, double excess)
{
    double sum = 0;

    for (unsigned i = 1; i < s->count; i++) {
        double difference = s->figures[i] - s->figures[i - 1];
        double variance = s->within[i] + s->within[i - 1] + 2 * excess;

        sum += variance > 0 ? difference * difference / variance : 0;
    }
    return sum / (s->count - 1);
}

/*
 * The variance between runs that makes neighbours differ by as much as they do, and rather more than less: by
 * the deviation of the ratio, sqrt(3 / n), whose terms overlap. Too much of it costs some power, and where it
 * makes a figure too heavy its own error still counts; too little would let figures with small errors raise
 * alarms. Bisection, as the ratio falls.
 */
static double find_excess(const struct series *s)
{
    double wanted = fmax(RATIO_LEAST, 1 - sqrt(3.0 / s->count)), low = 0, high = 0;

    for (unsigned i = 1; i < s->count; i++)
        high = fmax(high, (s->figures[i] - s->figures[i - 1]) * (s->figures[i] - s->figures[i - 1]));
    high /= RATIO_LEAST;
    if (neighbours_ratio(s, 0) <= wanted)
        return 0;
    for (unsigned i = 0; i < 60; i++) {
        double middle = (low + high) / 2;

        if (neighbours_ratio(s, middle) > wanted)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static void fill_weights(struct series *s)
{
    double excess = s->count > 1 ? find_excess(s) : 0;

    for (unsigned i = 0; i < s->count; i++) {
        double variance = s->within[i] + excess;

        s->weights[i] = variance > 0 ? 1 / variance : 1;
    }
}

/* --- one piece --- */

struct split {
    unsigned at; /* 0: there is none */
    double difference, error, quotient;
};

struct sums {
    double weight, moment, square, within; /* of w, w y, w y^2, w^2 times the figures' own variance */
};

static void add(struct sums *sums, double weight, double figure, double within)
{
    sums->weight += weight;
    sums->moment += weight * figure;
    sums->square += weight * figure * figure;
    sums->within += weight * weight * within;
}

/* `centre` near the figures keeps the sums of squares from cancelling. */
static struct sums sum_all(const struct series *s, const double *figures, unsigned from, unsigned to,
                           double centre)
{
    struct sums sums = {0};

    for (unsigned i = from; i < to; i++)
        add(&sums, s->weights[i], figures[i] - centre, s->within[i]);
    return sums;
}

static bool may_split(const struct series *s, unsigned from, unsigned to, unsigned at)
{
    return at >= from + CHANGE_POINT_SIDE_MIN && at + CHANGE_POINT_SIDE_MIN <= to &&
           (!s->breaks || s->breaks[at]);
}

static struct split judge(const struct sums *all, const struct sums *left, unsigned at, double freedom,
                          bool floored)
{
    double rest = all->weight - left->weight, mean = left->moment / left->weight;
    double difference = (all->moment - left->moment) / rest - mean;
    double total = all->square - all->moment * all->moment / all->weight;
    double between = difference * difference * left->weight * rest / all->weight;
    double scatter = fmax(0, total - between) / freedom * (1 / left->weight + 1 / rest);
    double own = left->within / (left->weight * left->weight) + (all->within - left->within) / (rest * rest);
    double error = sqrt(floored ? fmax(scatter, own) : scatter);

    return (struct split){at, difference, error, difference == 0 ? 0 : fabs(difference) / error};
}

/* `floored`: the figures' own errors are the least that the scatter may be taken for. */
static struct split best_split(const struct series *s, const double *figures, unsigned from, unsigned to,
                               double centre, bool floored)
{
    struct sums all = sum_all(s, figures, from, to, centre), left = {0};
    struct split best = {0};

    for (unsigned at = from + 1; at < to; at++) {
        struct split split;

        add(&left, s->weights[at - 1], figures[at - 1] - centre, s->within[at - 1]);
        if (!may_split(s, from, to, at))
            continue;
        split = judge(&all, &left, at, to - from - 2, floored);
        if (best.at == 0 || split.quotient > best.quotient)
            best = split;
    }
    return best;
}

static unsigned count_splits(const struct series *s, unsigned from, unsigned to)
{
    unsigned count = 0;

    for (unsigned at = from; at < to; at++)
        count += may_split(s, from, to, at);
    return count;
}

/* Simulated series without a change that must have a larger quotient; the scatter's size cancels. */
static double simulate(struct series *s, unsigned from, unsigned to, double quotient, double alarms)
{
    double affordable = NUMBERS_MAX / (to - from);
    double draws = ceil(fmax(DRAWS_MIN / alarms, fmin(DRAWS_PER_ALARM / alarms, affordable))), larger = 0,
           p = 1;
    struct random random;

    random_seed(&random, SEED);
    for (unsigned long draw = 1; (double)draw <= draws; draw++) {
        for (unsigned i = from; i < to; i++)
            s->drawn[i] = random_normal(&random) / sqrt(s->weights[i]);
        larger += best_split(s, s->drawn, from, to, 0, false).quotient >= quotient;
        p = larger / (double)draw;
        if (larger >= DRAWS_MIN && p > 2 * alarms)
            return p;
    }
    /* The draws are the same ones each time: what they miss the rate by must not be on the wrong side. */
    return p + (1 + SURE * sqrt(larger + 1)) / draws;
}

/* At most this, and never below `alarms` by mistake. */
static double p_value(struct series *s, const struct split *split, unsigned from, unsigned to, double alarms)
{
    double freedom = to - from - 2;
    double one = isinf(split->quotient) ? 0 : 2 * student_t_cdf(-split->quotient, freedom);
    double bound = one * count_splits(s, from, to);

    if (one > alarms || bound <= alarms)
        return fmin(1, one > alarms ? one : bound);
    return simulate(s, from, to, split->quotient, alarms);
}

static bool all_the_same(const struct series *s, unsigned from, unsigned to)
{
    double low = s->figures[from], high = low;

    for (unsigned i = from; i < to; i++) {
        low = fmin(low, s->figures[i]);
        high = fmax(high, s->figures[i]);
    }
    return high - low <= SAME * fmax(fabs(low), fabs(high));
}

static double piece_mean(const struct series *s, unsigned from, unsigned to)
{
    struct sums sums = sum_all(s, s->figures, from, to, s->figures[from]);

    return s->figures[from] + sums.moment / sums.weight;
}

static bool search_piece(struct series *s, unsigned from, unsigned to, struct change_point *point)
{
    double alarms = s->alarms * (to - from) / s->count, freedom = to - from - 2.0, half, p;
    struct split split;

    if (to - from < CHANGE_POINT_LEAST || all_the_same(s, from, to))
        return false;
    split = best_split(s, s->figures, from, to, piece_mean(s, from, to), true);
    if (split.at == 0)
        return false;
    p = p_value(s, &split, from, to, alarms);
    if (p > alarms)
        return false;
    half = split.error > 0
               ? split.error * student_t_quantile(1 - alarms / 2 / count_splits(s, from, to), freedom)
               : 0;
    *point = (struct change_point){.at = split.at,
                                   .estimate = split.difference,
                                   .low = split.difference - half,
                                   .high = split.difference + half,
                                   .p = p,
                                   .alarms = alarms};
    return true;
}

static void search(struct series *s, unsigned from, unsigned to)
{
    struct change_point point;

    while (search_piece(s, from, to, &point)) {
        /* The shorter side by recursion, at most log2(count) deep. */
        bool left_is_short = point.at - from < to - point.at;

        s->points[s->point_count++] = point;
        if (left_is_short)
            search(s, from, point.at);
        else
            search(s, point.at, to);
        from = left_is_short ? point.at : from;
        to = left_is_short ? to : point.at;
    }
}

static int by_place(const void *a, const void *b)
{
    const struct change_point *one = a, *other = b;

    return (one->at > other->at) - (one->at < other->at);
}

static void fill_means(struct series *s)
{
    for (unsigned i = 0; i < s->point_count; i++) {
        unsigned from = i ? s->points[i - 1].at : 0;
        unsigned to = i + 1 < s->point_count ? s->points[i + 1].at : s->count;

        s->points[i].before = piece_mean(s, from, s->points[i].at);
        s->points[i].behind = piece_mean(s, s->points[i].at, to);
    }
}

static int prepare(struct series *s, const double *errors)
{
    s->within = calloc(s->count, sizeof(double));
    s->weights = calloc(s->count, sizeof(double));
    s->drawn = calloc(s->count, sizeof(double));
    if (!s->within || !s->weights || !s->drawn)
        return -ENOMEM;
    fill_within(errors, s->count, s->within);
    fill_weights(s);
    return 0;
}

int change_points(const double *figures, const double *errors, const bool *breaks, unsigned count,
                  double alarms, struct change_point *points)
{
    CLEANUP(series_free)
    struct series s = {
        .figures = figures, .breaks = breaks, .points = points, .count = count, .alarms = alarms};
    int result;

    if (!(alarms > 0 && alarms < 1))
        return -EINVAL;
    for (unsigned i = 0; i < count; i++)
        if (!isfinite(figures[i]))
            return -EINVAL;
    if (count < CHANGE_POINT_LEAST)
        return 0;
    result = prepare(&s, errors);
    if (result)
        return result;
    search(&s, 0, count);
    qsort(points, s.point_count, sizeof(*points), by_place);
    fill_means(&s);
    return (int)s.point_count;
}

struct level change_point_level(const double *figures, const double *errors, unsigned count)
{
    CLEANUP(series_free) struct series s = {.figures = figures, .count = count};
    struct sums sums;
    double own, scatter;

    if (count == 0 || prepare(&s, errors))
        return (struct level){NAN, NAN};
    sums = sum_all(&s, figures, 0, count, figures[0]);
    own = sums.within / (sums.weight * sums.weight);
    scatter = count > 1
                  ? fmax(0, sums.square - sums.moment * sums.moment / sums.weight) / (count - 1) / sums.weight
                  : 0;
    return (struct level){figures[0] + sums.moment / sums.weight, sqrt(fmax(own, scatter))};
}
