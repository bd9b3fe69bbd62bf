/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <jansson.h>

/*
 * Breakdown and advice of the first document, in instructions and over all seeds. A seed without a breakdown
 * leaves none; advice keeps the first seed's figures.
 */
void combine_breakdown(json_t *combined, json_t *const *documents, unsigned count);
