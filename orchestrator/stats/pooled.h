/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/stats/estimate.h"

/*
 * One figure from several, each weighted by its own standard error (above 0), with its two-sided 95 %
 * interval. Figures that differ by more than their errors say widen it by Birge's ratio (R. Birge, Phys. Rev.
 * 40, 1932), and Student's quantile then takes the place of the normal one, since the scatter is estimated
 * from the figures themselves. 0; -EINVAL for none, or for a number that is not finite, or an error that is
 * not above 0.
 */
int pooled_mean(const double *figures, const double *errors, unsigned count, struct interval *mean);
