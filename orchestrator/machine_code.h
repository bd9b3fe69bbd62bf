/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "agents/program_code.h"

#include <jansson.h>

/* Instructions, calls, and operations on the maps of `inventory` (by their place in it) on a path, fewest and
 * most; null where the kernel does not show the program. */
json_t *machine_describe_code(const struct program_code *code, const struct inventory *inventory);
