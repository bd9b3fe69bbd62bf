/* SPDX-License-Identifier: GPL-2.0 */
/* Figures with intervals, added up. Pure. */
#pragma once

#include "orchestrator/stats/estimate.h"

#include <jansson.h>

/* A figure without an interval of its own. */
struct interval sums_exact(double figure);
/* estimate, low and high of a row of `micro`; NaN where it has none. */
struct interval sums_of_row(const json_t *row);
struct interval sums_times(struct interval figure, double times);
/* What moves together is added end by end. */
struct interval sums_add(struct interval a, struct interval b);
/* From a (place 0, whatever b is) to b (place 1, whatever a is), each end by itself. */
struct interval sums_between(struct interval a, struct interval b, double place);
/* Independent figures: half widths add up as standard errors do. */
struct interval sums_less(struct interval total, const struct interval *parts, unsigned count);

/* The document's interval; a new reference. */
json_t *sums_describe(struct interval figure);
/* Null where nothing is known. */
json_t *sums_describe_known(struct interval figure);
/* The same with a name and what it is. */
json_t *sums_part(const char *name, const char *summary, struct interval figure);
/* "unexplained": what is left of the total, and its share of it. */
json_t *sums_unexplained(const char *summary, struct interval total, const struct interval *parts,
                         unsigned count);
