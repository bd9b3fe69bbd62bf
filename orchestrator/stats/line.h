/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A straight line through measured points, each weighted by its own uncertainty (least squares with known
 * errors: W. Press et al., Numerical Recipes, section 15.4), with or without a second explaining quantity.
 * Points that differ by more than their uncertainties say widen the result by Birge's ratio (R. Birge, Phys.
 * Rev. 40, 1932), and Student's quantile then takes the place of the normal one, since the scatter is
 * estimated from the points themselves.
 */
#pragma once

#include "orchestrator/stats/estimate.h"

#define LINE_POINTS_MAX 64

struct line_point {
    double x, y, error; /* error: one standard error of y, above 0 */
    double beside;      /* the second explaining quantity; any number where there is none */
};

enum line_explained_by { LINE_BY_X = 1, LINE_BY_X_AND_BESIDE = 2 };

/*
 * Slope of y on x with its two-sided 95 % interval; beside held constant where it explains as well. 0;
 * -EINVAL for fewer than one more point than what explains, more than LINE_POINTS_MAX, points that leave the
 * slope open (all at one x; x a function of beside), an error that is not above 0, or anything that is no
 * finite number.
 */
int line_slope(const struct line_point *points, unsigned count, enum line_explained_by explained_by,
               struct interval *slope);
