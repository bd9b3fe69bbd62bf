/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Log-linear histogram of nanoseconds: exact below 256 ns, above that 128 buckets per power of two, so that
 * a value read back from the middle of its bucket is off by at most 0.4 % (a bucket is 0.8 % wide at most).
 * The layout is the one HdrHistogram describes (Gil Tene, 2012); adding allocates nothing and takes no lock.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define HIST_SUB_BITS 7
#define HIST_MAX_BITS 42 /* 2^42 ns is 73 minutes; larger values land in the last bucket */
#define HIST_BUCKETS  ((HIST_MAX_BITS - HIST_SUB_BITS + 1) << HIST_SUB_BITS)

struct hist {
    uint64_t count;
    uint64_t sum_ns;
    uint64_t min_ns; /* meaningless while count is 0 */
    uint64_t max_ns;
    uint64_t buckets[HIST_BUCKETS];
};

static inline unsigned hist_bucket(uint64_t ns)
{
    unsigned bits, shift;

    if (ns >> HIST_MAX_BITS)
        return HIST_BUCKETS - 1;
    if (ns < (UINT64_C(2) << HIST_SUB_BITS))
        return (unsigned)ns;
    bits = 63 - (unsigned)__builtin_clzll(ns);
    shift = bits - HIST_SUB_BITS;
    return (shift << HIST_SUB_BITS) + (unsigned)(ns >> shift);
}

static inline void hist_add(struct hist *hist, uint64_t ns)
{
    if (hist->count == 0 || ns < hist->min_ns)
        hist->min_ns = ns;
    if (ns > hist->max_ns)
        hist->max_ns = ns;
    hist->count++;
    hist->sum_ns += ns;
    hist->buckets[hist_bucket(ns)]++;
}

/* The same value `times` over. */
static inline void hist_add_many(struct hist *hist, uint64_t ns, uint64_t times)
{
    if (times == 0)
        return;
    hist_add(hist, ns);
    hist->count += times - 1;
    hist->sum_ns += (times - 1) * ns;
    hist->buckets[hist_bucket(ns)] += times - 1;
}

/* hist_add_many() of numbers from somebody's text: -ERANGE, and nothing added, when a sum would overflow. */
int hist_add_checked(struct hist *hist, uint64_t ns, uint64_t times);

void hist_reset(struct hist *hist);
void hist_merge(struct hist *to, const struct hist *from);

/* Lowest value of a bucket, and the width of the bucket, in ns. */
uint64_t hist_bucket_low_ns(unsigned bucket);
uint64_t hist_bucket_width_ns(unsigned bucket);

/*
 * Quantile q (0 .. 1) in ns, interpolated inside its bucket: whole nanoseconds would be steps of 0.6 % on a
 * 160 ns system call. NaN for an empty histogram.
 */
double hist_quantile_ns(const struct hist *hist, double q);
/* NaN for an empty histogram. */
double hist_mean_ns(const struct hist *hist);
/* Quantile q may be reported only where at least 20/(1-q) values were seen (docs/method.md). */
bool hist_quantile_supported(const struct hist *hist, double q);
/* The same for what a tool may have slowed down: a quarter of them. */
bool hist_quantile_supported_slowed(const struct hist *hist, double q);
