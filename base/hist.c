/* SPDX-License-Identifier: GPL-2.0 */
#include "base/hist.h"

#include <errno.h>
#include <math.h>
#include <string.h>

void hist_reset(struct hist *hist)
{
    memset(hist, 0, sizeof(*hist));
}

int hist_add_checked(struct hist *hist, uint64_t ns, uint64_t times)
{
    uint64_t sum, count;

    if (__builtin_mul_overflow(ns, times, &sum) || __builtin_add_overflow(sum, hist->sum_ns, &sum) ||
        __builtin_add_overflow(times, hist->count, &count))
        return -ERANGE;
    hist_add_many(hist, ns, times);
    return 0;
}

void hist_merge(struct hist *to, const struct hist *from)
{
    if (from->count == 0)
        return;
    if (to->count == 0 || from->min_ns < to->min_ns)
        to->min_ns = from->min_ns;
    if (from->max_ns > to->max_ns)
        to->max_ns = from->max_ns;
    to->count += from->count;
    to->sum_ns += from->sum_ns;
    for (unsigned i = 0; i < HIST_BUCKETS; i++)
        to->buckets[i] += from->buckets[i];
}

static unsigned bucket_shift(unsigned bucket)
{
    unsigned octave = bucket >> HIST_SUB_BITS;

    return octave < 2 ? 0 : octave - 1;
}

uint64_t hist_bucket_low_ns(unsigned bucket)
{
    unsigned shift = bucket_shift(bucket);

    return (uint64_t)(bucket - (shift << HIST_SUB_BITS)) << shift;
}

uint64_t hist_bucket_width_ns(unsigned bucket)
{
    return UINT64_C(1) << bucket_shift(bucket);
}

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

double hist_quantile_ns(const struct hist *hist, double q)
{
    double rank = q * (double)hist->count, seen = 0;

    if (hist->count == 0)
        return NAN;
    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        double here = (double)hist->buckets[i];

        if (here > 0 && seen + here >= rank) {
            double share = clamp((rank - seen) / here, 0, 1);
            double value = (double)hist_bucket_low_ns(i) + share * (double)hist_bucket_width_ns(i);

            /* A bucket says "from low up to low + width"; the extremes are known better than that. */
            return clamp(value, (double)hist->min_ns, (double)hist->max_ns + (hist->max_ns < 256));
        }
        seen += here;
    }
    return (double)hist->max_ns;
}

double hist_mean_ns(const struct hist *hist)
{
    return hist->count ? (double)hist->sum_ns / (double)hist->count : NAN;
}

#define BEYOND        20 /* values beyond a quantile that it takes */
#define BEYOND_SLOWED 5

bool hist_quantile_supported(const struct hist *hist, double q)
{
    return q < 1 && (double)hist->count * (1 - q) >= BEYOND;
}

bool hist_quantile_supported_slowed(const struct hist *hist, double q)
{
    return q < 1 && (double)hist->count * (1 - q) >= BEYOND_SLOWED;
}
