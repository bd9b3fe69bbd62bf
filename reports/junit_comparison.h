/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A comparison with an earlier document as a suite of JUnit (reports/junit.h): a case for each overhead with
 * a budget, and one for the comparison itself. It is green exactly where the exit status that it has alone is
 * 0.
 */
#pragma once

#include "base/error.h"
#include "reports/junit.h"

#define JUNIT_COMPARISON "the comparison itself"

/* All borrowed. */
struct junit_comparison {
    const json_t *diff;    /* tracetoll.diff/1; NULL: there is none */
    const char *refused;   /* why, in that case */
    enum exit_status open; /* what an inconclusive one exits with: a policy of the user's */
};

/* Adds what its suite will hold. */
void junit_comparison_count(struct junit_counts *sum, const struct junit_comparison *comparison);
/* `name`: of what is compared; the suite's has ", against before" behind it. */
void junit_comparison_suite(const char *name, const struct junit_comparison *comparison, FILE *out);
