/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * Distribution function of Student's t with df > 0 degrees of freedom (any positive number), through the
 * regularised incomplete beta function (Abramowitz, Stegun, 26.7.1; NIST DLMF 8.17.22). NaN for bad input.
 */
double student_t_cdf(double t, double df);

/* Its inverse for 0 < p < 1, to a relative 1e-9; -+INFINITY at p = 0 and 1, NaN for bad input. */
double student_t_quantile(double p, double df);

/* Inverse of the standard normal distribution, by bisection of erfc; the same conventions. */
double normal_quantile(double p);
