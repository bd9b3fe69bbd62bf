/* SPDX-License-Identifier: GPL-2.0 */
/* Several outcomes, one exit status: the first that occurred of a fixed order (docs/commands.md). */
#pragma once

#include "base/error.h"

/* `statuses` in any order; EXIT_MEASURED for none. */
enum exit_status outcome_of(const enum exit_status *statuses, unsigned count);
/* Of two. */
enum exit_status outcome_worse(enum exit_status a, enum exit_status b);
