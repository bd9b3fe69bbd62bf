/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/scenario/scenario.h"
#include "orchestrator/watch/watch.h"

/* Its section "watch"; 0 when there is none. EXIT_USAGE with file, line and key. For scenario_check(). */
int scenario_check_watch(const struct scenario_file *file, struct error *error);

/* What it asks for, which must be there; its texts are borrowed from the scenario. EXIT_USAGE likewise. */
int scenario_watch_plan(const struct scenario_file *file, struct watch_plan *plan, struct error *error);

/* Are these two times such that there is something between two looks? EXIT_USAGE. */
int watch_check_times(uint64_t interval_ns, uint64_t statistics_ns, struct error *error);
