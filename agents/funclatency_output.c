/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/funclatency_output.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* "     nsec                : count    distribution" */
static bool is_header(struct text line, struct text *unit)
{
    struct text word;

    return text_word(&line, unit) && text_word(&line, &word) && text_is(word, ":") &&
           text_word(&line, &word) && text_is(word, "count");
}

static bool take_word(struct text *line, const char *expected)
{
    struct text word;

    return text_word(line, &word) && text_is(word, expected);
}

/* "       256 -> 511        : 12801    |*******     |": 1; 0 for a line that is no bucket; -EINVAL for a
 * broken one. */
static int take_bucket(struct text line, struct latency_bucket *bucket)
{
    struct text bar;

    if (!text_u64(&line, &bucket->low))
        return 0;
    return take_word(&line, "->") && text_u64(&line, &bucket->high) && take_word(&line, ":") &&
                   text_u64(&line, &bucket->count) && text_word(&line, &bar) && *bar.at == '|'
               ? 1
               : -EINVAL;
}

/* "avg = 309 nsecs, total: 7910400 nsecs, count: 25600" */
static bool take_average(struct text line, double *average_ns)
{
    struct text unit;
    uint64_t average;

    if (!take_word(&line, "avg") || !take_word(&line, "=") || !text_u64(&line, &average) ||
        !text_word(&line, &unit) || !text_skip(&unit, "nsec"))
        return false;
    *average_ns = (double)average;
    return true;
}

/* Buckets follow each other without a gap, or a line is missing; counts add up to a number. */
static int add_bucket(struct latency_histogram *histogram, const struct latency_bucket *bucket)
{
    unsigned count = histogram->bucket_count;

    if (bucket->high < bucket->low || count == LATENCY_BUCKETS_MAX ||
        (count > 0 && bucket->low != histogram->buckets[count - 1].high + 1) ||
        histogram->calls + bucket->count < histogram->calls)
        return -EINVAL;
    histogram->buckets[histogram->bucket_count++] = *bucket;
    histogram->calls += bucket->count;
    return 1;
}

/* 1, or -EINVAL for a unit that is not expected. */
static int start(struct latency_histogram *histogram, struct text unit)
{
    *histogram = (struct latency_histogram){.average_ns = NAN};
    return text_is(unit, "nsec") || text_is(unit, "nsecs") ? 1 : -EINVAL;
}

/* 1: a line of the histogram; 0: of something else. */
static int take_line(struct latency_histogram *histogram, struct text line)
{
    struct latency_bucket bucket;
    int result = take_bucket(line, &bucket);

    return result > 0 ? add_bucket(histogram, &bucket) : result;
}

int funclatency_parse(struct text text, struct latency_histogram *histogram)
{
    struct text line, unit;
    int inside = 0; /* 1: buckets may follow; -EINVAL */

    *histogram = (struct latency_histogram){.average_ns = NAN};
    while (inside >= 0 && text_line(&text, &line)) {
        if (is_header(line, &unit))
            inside = start(histogram, unit);
        else if (inside)
            inside = take_line(histogram, line);
        if (!inside)
            take_average(line, &histogram->average_ns);
    }
    if (inside < 0)
        return inside;
    return histogram->calls == 0 ? -ENODATA : 0;
}

struct latency_median latency_median(const struct latency_histogram *histogram)
{
    uint64_t middle = histogram->calls - histogram->calls / 2, seen = 0;
    const struct latency_bucket *bucket = histogram->buckets;
    struct latency_median median;

    while (seen + bucket->count < middle)
        seen += bucket++->count;
    median.low = (double)bucket->low;
    median.high = (double)bucket->high;
    median.ns = median.low + (median.high - median.low) * ((double)(middle - seen) / (double)bucket->count);
    return median;
}
