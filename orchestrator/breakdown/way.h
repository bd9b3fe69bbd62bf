/* SPDX-License-Identifier: GPL-2.0 */
/* What getting to a program and back costs, beside the others of its target. Pure. */
#pragma once

#include "orchestrator/breakdown/unit_rows.h"
#include "orchestrator/stats/estimate.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * One run of programs[index] of a target (as compose_target() has them), by the `rows` of `micro`, in their
 * unit; NaN: not known. Where an earlier one that runs holds its point already, it comes from the price of
 * one program more there up to that of the first.
 */
struct interval way_of(const json_t *programs, size_t index, const json_t *rows);

/* Does any of them come after another on its point? */
bool way_shared(const json_t *programs);

/* As many empty programs on one hook; with unit_row_timer, what one more costs. */
extern const struct unit_row way_row_eight;
