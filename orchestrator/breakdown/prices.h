/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program's calls and instructions come to, by the rows of `micro`: the third figure for a cost, made
 * without the program ever having run. Paths and sizes are not known, so it is a range. Pure.
 */
#pragma once

#include "orchestrator/breakdown/unit_rows.h"

#include <jansson.h>
#include <stdbool.h>

/* Cheapest and dearest of what a function is known to do; .name NULL: nothing, its other half has the price.
 */
struct price {
    const char *function; /* of the kernel, as a translated program calls it */
    struct unit_row low, high;
};

/* NULL: it has no price. */
const struct price *price_of(const char *function);

/* Is it that of an event, which may wake its consumer (high) or not (low)? NULL: no. */
bool price_wakes(const struct price *price);

/* Of one BPF instruction that calls nothing, in a stream of them. */
extern const struct price price_of_instruction;

/* ns (or instructions) of one run; high NaN: as many as one likes. */
struct predicted {
    double low, high;
};

/* All of these are beyond the empty program that the price of the way there, the row `way`, was measured
 * with: as many instructions are left out (none where the row does not say how many, or is NULL). */

/* One run in which nobody is woken and all calls are made that may be, at the lowest prices; what has none,
 * or may be made any number of times, is left out. */
double predict_needed(const json_t *code, const json_t *way, const json_t *rows);

/* One run in which nobody is woken and all is done that may be, at the dearest prices; NaN: any time. */
double predict_untold(const json_t *code, const json_t *way, const json_t *rows);

/*
 * One run of a program, from its "code" as the document has it, with the rows of a micro document. Names of
 * functions without a price, or whose rows are not measured, are added to `unpriced` (once) and count nothing
 * at the low end and leave the high end open. NaN both where the code is not known.
 */
struct predicted predict_run(const json_t *code, const json_t *way, const json_t *rows, json_t *unpriced);
