/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <jansson.h>

/* Breakdown of the first document, in instructions and over all seeds. A seed without one leaves none. */
void combine_breakdown(json_t *combined, json_t *const *documents, unsigned count);
