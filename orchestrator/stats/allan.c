/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/allan.h"

#include <math.h>

double allan_deviation(const double *x, unsigned n, unsigned factor)
{
    double difference = 0, squares = 0;
    unsigned count;

    if (factor == 0 || n / 2 < factor)
        return NAN;
    count = n - 2 * factor + 1;
    for (unsigned i = 0; i < factor; i++)
        difference += x[i + factor] - x[i];
    for (unsigned start = 0; start < count; start++) {
        squares += difference * difference;
        if (start + 1 < count) /* both averages move on by one step */
            difference += x[start] - 2 * x[start + factor] + x[start + 2 * factor];
    }
    return sqrt(squares / count / 2) / factor;
}
