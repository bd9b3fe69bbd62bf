/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <jansson.h>

/*
 * The machine as the result document describes it (docs/schema/result-1.json, "environment"), but for
 * idle_source and steal_share, which a run knows. Unknown is null, never 0. The caller owns the object; NULL
 * when out of memory.
 */
json_t *environment_describe(void);
