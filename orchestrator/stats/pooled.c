/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/pooled.h"

#include <errno.h>
#include <math.h>

int pooled_mean(const double *figures, const double *errors, unsigned count, struct interval *mean)
{
    double weights = 0, sum = 0, misfit = 0, ratio, half;

    for (unsigned i = 0; i < count; i++) {
        if (!isfinite(figures[i]) || !isfinite(errors[i]) || !(errors[i] > 0))
            return -EINVAL;
        weights += 1 / (errors[i] * errors[i]);
        sum += figures[i] / (errors[i] * errors[i]);
    }
    if (count == 0)
        return -EINVAL;
    for (unsigned i = 0; i < count; i++)
        misfit += pow((figures[i] - sum / weights) / errors[i], 2);
    ratio = count > 1 ? misfit / (count - 1) : 0;
    half = ratio > 1 ? student_t_quantile(0.975, count - 1) * sqrt(ratio / weights)
                     : normal_quantile(0.975) / sqrt(weights);
    *mean = (struct interval){sum / weights, sum / weights - half, sum / weights + half};
    return 0;
}
