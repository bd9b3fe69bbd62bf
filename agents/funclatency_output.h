/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What `funclatency` prints (libbpf-tools, and the Python tool of BCC): a histogram whose buckets double, in
 * nanoseconds, and, with some versions, the mean behind it. Pure: text in, numbers out. Strict about the
 * lines that count, since a bucket that is misread would pass for a measurement.
 */
#pragma once

#include "agents/text.h"

#define LATENCY_BUCKETS_MAX 64 /* powers of two that a number of nanoseconds has */

struct latency_bucket {
    uint64_t low, high; /* the least and the greatest in it */
    uint64_t count;
};

struct latency_histogram {
    struct latency_bucket buckets[LATENCY_BUCKETS_MAX];
    unsigned bucket_count;
    uint64_t calls;    /* in all buckets */
    double average_ns; /* NAN: this version prints none */
};

/*
 * The last histogram of the text. 0; -ENODATA where there is none or it counted nothing (no call was seen);
 * -EINVAL for one that is in another unit than nanoseconds, or broken.
 */
int funclatency_parse(struct text text, struct latency_histogram *histogram);

/*
 * The median, linear within its bucket, and that bucket's bounds: all that is known of it. The histogram is
 * one that funclatency_parse() returned 0 for.
 */
struct latency_median {
    double ns, low, high;
};
struct latency_median latency_median(const struct latency_histogram *histogram);
