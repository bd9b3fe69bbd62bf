/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a run of a probe that spins says of its own spin. What the probe accounts is paired with what was
 * measured, quad by quad: a spin during which the hypervisor took the CPU away is long in both, and cancels.
 */
#pragma once

#include "base/error.h"
#include "orchestrator/stats/line.h"
#include "reports/trial.h"

/*
 * The trial as a point: x, the time accounted per operation in ns; y, the latency added beyond it in ns,
 * adjusted by the noise reference as any metric, with its standard error; beside, the latency without the
 * probe. `runs_per_op`: how often an operation fires the probe; a trial in which it was not so (by 2 %) is
 * refused. 0; -ENODATA or -ENOMEM with a sentence.
 */
int injected_point(const struct trial *trial, double runs_per_op, struct line_point *point,
                   struct error *error);
