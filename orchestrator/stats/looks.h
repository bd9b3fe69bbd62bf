/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When the data may be looked at, and with which share of the error. The looks and levels are fixed before
 * the start, so that a run may stop early and still err in at most 2.5 % a side: a group sequential plan with
 * an error spending of its own (K. Lan, D. DeMets, Biometrika 70(3), 1983), levels settled by simulation of
 * the signed-rank statistic (tests/unit/test_simulation.c; docs/method.md).
 */
#pragma once

#define LOOKS_MAX 8

enum look_kind {
    LOOKS_DEFAULT, /* 10, 16, 24, 32 quads */
    LOOKS_LONG,    /* 10, 20, 40, 80, 128 quads */
    LOOKS_EXACT,   /* none: instructions are counted, and one quad counts them all */
};

struct look_plan {
    unsigned count; /* looks in the plan; 0: the run can reach no verdict */
    unsigned quads[LOOKS_MAX];
    double levels[LOOKS_MAX]; /* one-sided error of each look, for one budget */
};

/* Its name in documents. */
const char *look_kind_name(enum look_kind kind);
/* 0, or -EINVAL for a name that none of them has. */
int look_kind_find(const char *name, enum look_kind *kind);

/*
 * The looks of `kind` that take at most max_quads quads, 0 meaning all. Fewer than the first look needs gives
 * count = 0: such a run has no PASS and no FAIL. 0, or -EINVAL for an unknown kind.
 */
int look_plan_make(struct look_plan *plan, enum look_kind kind, unsigned max_quads);

/*
 * The share of an error that the nth attempt (1 and more; 0 counts as 1) of the same run has: the first has
 * the whole of it, and every later one half of what the one before it had, so that all attempts there can be
 * err at most twice as often as one.
 */
double attempt_share(unsigned attempt);

/* Leaves that share of each level. */
void look_plan_spend(struct look_plan *plan, unsigned attempt);

/*
 * One-sided error of a look at one of m budgets: a little less than the m-th part of its level. That part
 * alone would spend more than the m-th part of the looks' joint error, as smaller levels have less in common
 * (tests/unit/test_looks.c). m = 0 counts as 1; LOOKS_UNPLANNED_LEVEL, undivided, when there is no such look.
 */
double look_level(const struct look_plan *plan, unsigned look, unsigned m);

/* K of a look at m budgets, for signed-rank intervals; -1 when no interval is that sure, or when there is no
 * such look. */
int look_k(const struct look_plan *plan, unsigned look, unsigned m);

/* How many looks so many quads have reached; the last of them is the one that a result stands at. */
unsigned looks_reached(const struct look_plan *plan, unsigned quads);

/* One-sided, for runs that ended before their first look: no verdict rests on it. */
#define LOOKS_UNPLANNED_LEVEL 0.025
