/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/select.h"

#include <math.h>

static double middle_of_three(double a, double b, double c)
{
    double low = a < b ? a : b, high = a < b ? b : a;

    return c < low ? low : c > high ? high : c;
}

/*
 * Moves what is below the pivot (or at most the pivot) to the front of values[low .. high); where that ends.
 * Without a branch that depends on the data (after N. Lomuto; J. Bentley, "Programming Pearls", column 11):
 * mispredicted ones cost more than all moves.
 */
static unsigned part(double *values, unsigned low, unsigned high, double pivot, int or_equal)
{
    unsigned end = low;

    for (unsigned i = low; i < high; i++) {
        double value = values[i];

        values[i] = values[end];
        values[end] = value;
        end += (value < pivot) | (or_equal & (value == pivot));
    }
    return end;
}

double select_rank(double *values, unsigned n, unsigned rank)
{
    unsigned low = 0, high = n;

    for (;;) {
        double pivot = middle_of_three(values[low], values[low + (high - low) / 2], values[high - 1]);
        unsigned below = part(values, low, high, pivot, 0), equal;

        if (rank < below) {
            high = below;
            continue;
        }
        equal = part(values, below, high, pivot, 1); /* many equal values are one step, not many */
        if (rank < equal)
            return pivot;
        if (equal == low) /* not even the pivot equals itself */
            return NAN;
        low = equal;
    }
}

double select_median(double *values, unsigned n)
{
    double upper, lower;

    if (n == 0)
        return NAN;
    upper = select_rank(values, n, n / 2);
    if (n % 2)
        return upper;
    lower = values[0];
    for (unsigned i = 1; i < n / 2; i++)
        lower = values[i] > lower ? values[i] : lower;
    return lower == upper ? upper : (lower + upper) / 2;
}
