/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linear regression without intercept for the noise reference: a handful of explaining columns that resemble
 * one another, few rows, now and then a spike, and coefficients that had better be too small than too large.
 *
 * Huber's M-estimate by iteratively reweighted least squares (P. Huber, Ann. Math. Stat. 35(1), 1964;
 * constant 1.345), then shrunk by a ridge whose strength is the empirical Bayes one of J. Lawless and P. Wang
 * (Commun. Statist. A5(4), 1976): on columns of unit length, ridge = kinds * residual variance / fitted sum
 * of squares, the reciprocal of the F statistic. Well determined coefficients keep nearly all of their size,
 * worthless ones lose half and more, and directions in which collinear columns hardly differ are damped
 * first.
 */
#pragma once

#define REGRESSION_ROWS_MAX    256
#define REGRESSION_COLUMNS_MAX 5

struct regression {
    unsigned rows, columns;
    double x[REGRESSION_ROWS_MAX][REGRESSION_COLUMNS_MAX];
    double y[REGRESSION_ROWS_MAX];
};

/* Rows there must be beyond the number of columns before a coefficient is estimated at all. */
#define REGRESSION_SPARE_ROWS 4

/*
 * Coefficients into coefficient[columns]; all values finite. A column of zeros gets 0. 0, or -EINVAL for more
 * rows or columns than there is room for and -ENODATA for too few rows; then all coefficients are 0.
 */
int regression_fit(const struct regression *data, double *coefficient);
