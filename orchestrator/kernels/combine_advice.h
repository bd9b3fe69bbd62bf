/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <jansson.h>

/*
 * The advice that every seed gives, in instructions: a mean, from the lowest end to the highest, on the
 * evidence of the seed that is nearest to that mean. What one seed does not say saves next to nothing there.
 * A new reference; NULL where the documents have none at all.
 */
json_t *combine_advice(json_t *const *documents, unsigned count);
