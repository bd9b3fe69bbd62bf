/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * Overlapping Allan deviation of an evenly spaced series x[n] at an averaging time of `factor` steps: the
 * root of half the mean squared difference of neighbouring averages (D. Allan, Proc. IEEE 54(2), 1966; the
 * overlapping estimator: W. Riley, NIST SP 1065, section 5.2.4). Of log values it is a relative deviation. It
 * says which window length is worth having: white noise falls with sqrt(factor), noise of neighbours grows.
 * NaN when n is below 2 * factor or factor is 0.
 */
double allan_deviation(const double *x, unsigned n, unsigned factor);
