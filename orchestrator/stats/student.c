/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/stats/student.h"

#include <math.h>

/*
 * Continued fraction of the incomplete beta function (DLMF 8.17.22), evaluated by Lentz's method in the form
 * of I. Thompson, A. Barnett (J. Comput. Phys. 64, 1986). Converges in some tens of steps for x <
 * (a+1)/(a+b+2).
 */
static double beta_fraction(double x, double a, double b)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1), f;

    d = 1 / (fabs(d) < tiny ? tiny : d);
    f = d;
    for (int m = 1; m <= 500; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

        d = 1 / (fabs(1 + even * d) < tiny ? tiny : 1 + even * d);
        c = fabs(1 + even / c) < tiny ? tiny : 1 + even / c;
        f *= c * d;
        d = 1 / (fabs(1 + odd * d) < tiny ? tiny : 1 + odd * d);
        c = fabs(1 + odd / c) < tiny ? tiny : 1 + odd / c;
        f *= c * d;
        if (fabs(c * d - 1) < 1e-15)
            break;
    }
    return f;
}

/* I_x(a, b) for y = 1 - x, which the caller may know more exactly than the subtraction. */
static double beta_regularised(double x, double y, double a, double b)
{
    double front;

    if (x <= 0 || y <= 0)
        return x <= 0 ? 0 : 1;
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(y, b, a) / b;
}

double student_t_cdf(double t, double df)
{
    double square = t * t, tail;

    if (isnan(t) || !(df > 0))
        return NAN;
    if (isinf(t))
        return t > 0 ? 1 : 0;
    tail = 0.5 * beta_regularised(df / (df + square), square / (df + square), df / 2, 0.5);
    return t > 0 ? 1 - tail : tail;
}

static double density(double t, double df)
{
    double log_scale = lgamma((df + 1) / 2) - lgamma(df / 2) - 0.5 * log(df * M_PI);

    return exp(log_scale - (df + 1) / 2 * log1p(t * t / df));
}

/* t >= 0 with P(T > t) = tail, tail <= 1/2: enclosed by doubling, then Newton's steps, halving where one
 * leaves. */
static double upper_quantile(double tail, double df)
{
    double low = 0, high = 1, t;

    while (student_t_cdf(-high, df) > tail && high < 1e300) {
        low = high;
        high *= 2;
    }
    t = (low + high) / 2;
    for (int i = 0; i < 200 && high - low > 1e-12 * high; i++) {
        double excess = student_t_cdf(-t, df) - tail, step = excess / density(t, df);

        if (excess > 0)
            low = t;
        else
            high = t;
        if (fabs(step) <= 1e-13 * t)
            break;
        t = t + step > low && t + step < high ? t + step : low + (high - low) / 2;
    }
    return t;
}

double student_t_quantile(double p, double df)
{
    if (!(p >= 0 && p <= 1) || !(df > 0))
        return NAN;
    if (p == 0 || p == 1)
        return p == 0 ? -INFINITY : INFINITY;
    if (p == 0.5)
        return 0;
    return p > 0.5 ? upper_quantile(1 - p, df) : -upper_quantile(p, df);
}

double normal_quantile(double p)
{
    double low = -40, high = 40;

    if (!(p >= 0 && p <= 1))
        return NAN;
    if (p == 0 || p == 1)
        return p == 0 ? -INFINITY : INFINITY;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;

        if (0.5 * erfc(-middle / sqrt(2)) < p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}
