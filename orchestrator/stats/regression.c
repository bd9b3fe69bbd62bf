/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/regression.h"

#include "orchestrator/stats/select.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define COLUMNS          REGRESSION_COLUMNS_MAX
#define HUBER_CONSTANT   1.345 /* 95 % efficiency where the errors are normal */
#define HUBER_SETTLED    1e-4  /* far below what a coefficient is known to */
#define HUBER_ROUNDS     30
#define MAD_TO_SD        1.4826
#define SMALLEST_RIDGE   1e-9 /* keeps columns that are copies of each other solvable */
#define SQUARES_TOO_TINY 1e-30

struct equations {
    double matrix[COLUMNS][COLUMNS + 1]; /* normal equations, right side in the last column */
};

static void swap_rows(struct equations *equations, unsigned a, unsigned b)
{
    double kept[COLUMNS + 1];

    memcpy(kept, equations->matrix[a], sizeof(kept));
    memcpy(equations->matrix[a], equations->matrix[b], sizeof(kept));
    memcpy(equations->matrix[b], kept, sizeof(kept));
}

/* Gauss-Jordan with row pivoting; the ridge makes the matrix regular. */
static void solve(struct equations *equations, unsigned n, double *solution)
{
    double(*m)[COLUMNS + 1] = equations->matrix;

    for (unsigned i = 0; i < n; i++) {
        unsigned pivot = i;

        for (unsigned row = i + 1; row < n; row++)
            if (fabs(m[row][i]) > fabs(m[pivot][i]))
                pivot = row;
        swap_rows(equations, i, pivot);
        for (unsigned row = 0; row < n; row++) {
            double factor = row == i ? 0 : m[row][i] / m[i][i];

            for (unsigned column = i; column <= COLUMNS; column++)
                m[row][column] -= factor * m[i][column];
        }
    }
    for (unsigned i = 0; i < n; i++)
        solution[i] = m[i][COLUMNS] / m[i][i];
}

/* Weighted ridge regression; a ridge relative to each column's own square is one on columns of unit length.
 */
static void fit_ridge(const struct regression *data, const double *weight, double ridge, double *coefficient)
{
    struct equations equations = {0};

    for (unsigned row = 0; row < data->rows; row++)
        for (unsigned i = 0; i < data->columns; i++) {
            double weighted = weight[row] * data->x[row][i];

            for (unsigned j = 0; j < data->columns; j++)
                equations.matrix[i][j] += weighted * data->x[row][j];
            equations.matrix[i][COLUMNS] += weighted * data->y[row];
        }
    for (unsigned i = 0; i < data->columns; i++) {
        equations.matrix[i][i] *= 1 + SMALLEST_RIDGE + ridge;
        if (equations.matrix[i][i] < SQUARES_TOO_TINY)
            equations.matrix[i][i] = 1; /* a constant column explains nothing: its right side is 0, too */
    }
    solve(&equations, data->columns, coefficient);
}

static double fitted(const struct regression *data, unsigned row, const double *coefficient)
{
    double sum = 0;

    for (unsigned i = 0; i < data->columns; i++)
        sum += coefficient[i] * data->x[row][i];
    return sum;
}

/* Standard deviation of the residuals by their median size: spikes don't enter. */
static double residual_scale(const struct regression *data, const double *coefficient)
{
    double size[REGRESSION_ROWS_MAX];

    for (unsigned row = 0; row < data->rows; row++)
        size[row] = fabs(data->y[row] - fitted(data, row, coefficient));
    return MAD_TO_SD * select_median(size, data->rows);
}

static void huber_weights(const struct regression *data, const double *coefficient, double *weight)
{
    double limit = HUBER_CONSTANT * residual_scale(data, coefficient);

    for (unsigned row = 0; row < data->rows; row++) {
        double size = fabs(data->y[row] - fitted(data, row, coefficient));

        weight[row] = size <= limit ? 1 : limit / size;
    }
}

static double ridge_strength(const struct regression *data, const double *weight, const double *coefficient)
{
    double residual = 0, explained = 0, weights = 0, spare;

    for (unsigned row = 0; row < data->rows; row++) {
        double fit = fitted(data, row, coefficient), miss = data->y[row] - fit;

        residual += weight[row] * miss * miss;
        explained += weight[row] * fit * fit;
        weights += weight[row];
    }
    spare = fmax(weights - data->columns, 1);
    return explained > 0 ? data->columns * residual / spare / explained : 0;
}

static bool settled(const double *before, const double *after, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (fabs(after[i] - before[i]) > HUBER_SETTLED * fabs(after[i]))
            return false;
    return true;
}

int regression_fit(const struct regression *data, double *coefficient)
{
    double weight[REGRESSION_ROWS_MAX], before[COLUMNS] = {0};

    if (data->rows > REGRESSION_ROWS_MAX || data->columns > COLUMNS)
        return -EINVAL;
    for (unsigned i = 0; i < data->columns; i++)
        coefficient[i] = 0;
    if (data->rows < data->columns + REGRESSION_SPARE_ROWS)
        return -ENODATA;
    for (unsigned row = 0; row < data->rows; row++)
        weight[row] = 1;
    fit_ridge(data, weight, 0, coefficient);
    for (unsigned round = 0; round < HUBER_ROUNDS && !settled(before, coefficient, data->columns); round++) {
        memcpy(before, coefficient, sizeof(before[0]) * data->columns);
        huber_weights(data, coefficient, weight);
        fit_ridge(data, weight, 0, coefficient);
    }
    fit_ridge(data, weight, ridge_strength(data, weight, coefficient), coefficient);
    return 0;
}
