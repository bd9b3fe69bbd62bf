/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How before and after are customarily compared, for tests/bench/side_by_side.c: each from its own
 * publication, none of it used by tracetoll. `before` and `after` are plain figures (not logs), more is
 * worse.
 */
#pragma once

#include <stdbool.h>

/*
 * Two-sided p value of Welch's t test, degrees of freedom by Satterthwaite (B. Welch, Biometrika 34, 1947).
 * At least two figures a side; 1 where neither side scatters and the means are the same.
 */
double welch_p(const double *before, unsigned n, const double *after, unsigned m);

/* Figures a side up to which mann_whitney_p() is exact; what benchstat takes without ties. */
#define MANN_WHITNEY_EXACT 50

/*
 * Two-sided p value of the U test (H. Mann, D. Whitney, Ann. Math. Stat. 18(1), 1947): exact, twice the
 * smaller tail, while both sides have at most MANN_WHITNEY_EXACT figures and no two are equal; else normal,
 * corrected for ties and continuity. What golang.org/x/perf/cmd/benchstat decides by, at 0.05 (its
 * benchmath/anone.go). NaN on bad input: nothing on a side, or too many for the exact distribution and no
 * memory.
 */
double mann_whitney_p(const double *before, unsigned n, const double *after, unsigned m);

/* The two-sample Hodges-Lehmann shift of after against before, with R's asymptotic interval. */
struct shift {
    double estimate, low, high;
};

/*
 * Roots of the continuity-corrected normal statistic, as R's wilcox.test(exact = FALSE, conf.int = TRUE) and,
 * after it, Kayenta's MannWhitney.scala find them; without ties: those of a few shifted figures alone do not
 * move an interval by anything that shows. `confidence` two-sided, for example 0.98.
 */
struct shift mann_whitney_shift(const double *before, unsigned n, const double *after, unsigned m,
                                double confidence);

/*
 * Kayenta's classifier (kayenta-judge, MannWhitneyClassifier.scala, as NetflixACAJudge.scala sets it up:
 * confidence 0.98, tolerance 0.25): "High" when the low end of the interval is above a quarter of the
 * absolute estimate; +1, "Low" -1, "Pass" 0.
 */
int kayenta_class(const double *before, unsigned n, const double *after, unsigned m);

/*
 * hyperfine's summary line (its relative_speed.rs): ratio of the means, with the deviation that follows from
 * both sample deviations, not from their standard errors.
 */
struct ratio_sd {
    double ratio, sd;
};
struct ratio_sd hyperfine_ratio(const double *before, unsigned n, const double *after, unsigned m);
