/* SPDX-License-Identifier: GPL-2.0 */
/* What a run could have seen, what it cannot exclude, and how much longer it would have to be. */
#pragma once

#include "orchestrator/stats/looks.h"

/*
 * Rough number of quads, never fewer than n + 1, after which an inconclusive run would tell:
 * n (1.6 h / max(|delta - estimate|, h / 4))^2, h the half width of the interval. Widths fall with sqrt(n),
 * and 1.6 half widths of distance give a verdict in about nine of ten runs. NaN while the half width is
 * unknown or infinite.
 */
double quads_needed(unsigned n, double delta, double estimate, double half_width);

/*
 * The smallest effect that the interval of look `look` (0-based) would have told from zero in nine runs of
 * ten, in the unit of sd, the standard deviation of the n contrasts; k is look_k() of that look, which
 * several budgets, runs of one gate and attempts make smaller. NaN for a look that does not exist, n = 0, or
 * k = -1: then the interval is the whole line.
 */
double detectable_effect(unsigned look, double sd, unsigned n, enum look_kind kind, int k);

/*
 * A cost that occurs in a share p of the quads is in none of n of them with probability (1 - p)^n; the p
 * where that is 5 %. Costs that are rarer cannot be excluded. 1 for n = 0.
 */
double undetected_share(unsigned n);
