/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text in which an endpoint serves its metrics to Prometheus (exposition format 0.0.4, and the lines of
 * OpenMetrics that have the same form), as far as one metric is wanted from it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define EXPOSITION_LABELS_MAX  16
#define EXPOSITION_BUCKETS_MAX 256

/* Which series: NAME, or NAME{label="value",...}. Owns its texts; a zeroed one is empty. */
struct exposition_selector {
    char *name;
    struct {
        char *name, *value;
    } labels[EXPOSITION_LABELS_MAX];
    unsigned label_count;
};

/* 0, -EINVAL for what is no selector, -ENOMEM. */
int exposition_selector_parse(const char *text, struct exposition_selector *selector);
void exposition_selector_free(struct exposition_selector *selector);

/* What the series that were selected say together: values and buckets are added up. */
struct exposition_reading {
    double value;    /* of a counter or a gauge */
    unsigned series; /* that were found; of a histogram: its buckets, of all series */
    unsigned bucket_count;
    struct {
        double le, count; /* cumulative, ascending by le, the last one +Inf */
    } buckets[EXPOSITION_BUCKETS_MAX];
};

/*
 * Reads `length` bytes. A line of another metric that can't be read is passed over. 0 also when nothing was
 * found; -EINVAL when a line of the wanted one can't be read, -E2BIG for more buckets than there is room for.
 */
int exposition_read(const char *text, size_t length, const struct exposition_selector *selector,
                    struct exposition_reading *reading);
/* The same for a histogram: NAME_bucket by its label le. -EINVAL also when it has no bucket +Inf. */
int exposition_read_histogram(const char *text, size_t length, const struct exposition_selector *selector,
                              struct exposition_reading *reading);

/* Observations between two readings; NaN when the buckets differ or a count fell (the process was started
 * anew). */
double exposition_observations(const struct exposition_reading *before,
                               const struct exposition_reading *after);
/*
 * Quantile of the observations between the two, by linear interpolation within its bucket, as PromQL's
 * histogram_quantile() does; the highest finite bound where it lies above, which *above (NULL: not wanted)
 * tells. NaN without observations.
 */
double exposition_quantile(const struct exposition_reading *before, const struct exposition_reading *after,
                           double q, bool *above);
