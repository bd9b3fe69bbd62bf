/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What could be done about the cost, each with what it would save here and why that is thought. Pure: from
 * the document's target and breakdown, and the rows of `micro` that the trial has.
 */
#pragma once

#include <jansson.h>

/*
 * The document's "advice": objects with rule, text, since (kernel), program, saves (interval, per operation),
 * unit and evidence, the largest saving first; [] where there is none, or no breakdown to tell. A new
 * reference.
 */
json_t *advice_compose(const json_t *document, const json_t *unit_rows);

/* In that order: savings in `unit`, the cost's, come first, and the largest of one unit. Takes the list and
 * gives a new one. */
json_t *advice_sort(json_t *list, const char *unit);

/* The same without what kernels before `min_kernel` ("4.19") lack. A new reference. */
json_t *advice_for_kernel(const json_t *advice, const char *min_kernel);

/* "5.10", "5.10.0-rc1": 0 with *version = 5 << 16 | 10; -EINVAL for what does not begin with a version. */
int kernel_version_parse(const char *text, unsigned *version);
