/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <jansson.h>
#include <stdio.h>

/*
 * A forest plot of the relative effects, a line each over one axis: interval, estimate, zero and the budget.
 * Prints nothing when there is none. `width` is the whole line's.
 */
void forest_print(const json_t *document, FILE *out, unsigned width);
