/* SPDX-License-Identifier: GPL-2.0 */
/* The quad, four blocks in the order A B B A or B A A B: linear drift cancels in its contrast. */
#pragma once

#include <stdbool.h>

static inline bool quad_order_valid(const char *arms)
{
    char other = arms[0] == 'A' ? 'B' : 'A';

    return (arms[0] == 'A' || arms[0] == 'B') && arms[1] == other && arms[2] == other && arms[3] == arms[0];
}

/* Mean of the B blocks less mean of the A blocks; NaN where a value is. */
static inline double quad_contrast(const double *y, const char *arms)
{
    double inner_less_outer = (y[1] + y[2] - y[0] - y[3]) / 2;

    return arms[0] == 'A' ? inner_less_outer : -inner_less_outer;
}
