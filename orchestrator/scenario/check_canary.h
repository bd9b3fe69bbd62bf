/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/canary/rail_kind.h"
#include "orchestrator/canary/ramp.h"
#include "orchestrator/scenario/scenario.h"

/* Its section "canary"; 0 when there is none. EXIT_USAGE with file, line and key. For scenario_check(). */
int scenario_check_canary(const struct scenario_file *file, struct error *error);

/* Shares of the time, as numbers: those of the scenario, else 50 %. EXIT_USAGE likewise. */
int scenario_ramp(const struct scenario_file *file, struct ramp *ramp, struct error *error);

/* One of its rails. EXIT_USAGE likewise. */
int scenario_rail(const struct scenario_file *file, unsigned index, const struct rail_kind **kind,
                  struct rail_given *given, double *highest, struct error *error);
