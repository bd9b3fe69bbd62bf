/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * The value that would stand at `rank` (0-based, below n) if `values` were sorted; reorders `values` so that
 * nothing before the rank is larger and nothing behind it smaller. C. A. R. Hoare's FIND (CACM 4(7), 1961).
 * Values are finite or infinite; among NaNs there is no order, and the answer may be NaN or any of them.
 */
double select_rank(double *values, unsigned n, unsigned rank);

/* Median of n >= 1 values, the mean of the middle two for an even n; reorders them. NaN for n = 0. */
double select_median(double *values, unsigned n);
