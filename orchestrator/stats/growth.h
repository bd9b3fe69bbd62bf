/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/stats/estimate.h"

#define GROWTH_POINTS_MAX 128

/*
 * Growth of y (bytes) over t (s, ascending) per second: the median of the slopes between all pairs (H. Theil
 * 1950) with the interval of P. Sen (JASA 63, 1968) at confidence `level`; steps and single peaks hardly move
 * it. More than GROWTH_POINTS_MAX points are averaged in groups. The interval takes the scatter about the
 * line as independent from point to point: sample no faster than the thing forgets. Unknown for n < 2 or
 * values that are not finite; the whole line where n is too small for the level.
 */
struct interval growth_interval(const double *t, const double *y, unsigned n, double level);
