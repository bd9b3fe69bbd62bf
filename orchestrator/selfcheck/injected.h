/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"
#include "reports/trial.h"

/*
 * A run of two probes that are busy for a shorter and for a longer known time, in one design: by how much
 * more than the difference of what they account for the latency differs, as a share of that difference. 0
 * where a nanosecond injected is a nanosecond measured. With its standard error, from the interval. Account
 * and measurement are paired block by block: a spin during which the hypervisor took the CPU away is long in
 * both, and cancels.
 */
struct injected {
    double excess, error;
};

/* `runs_per_op`: how often either runs in one operation. -ENODATA with EXIT_UNTRUSTWORTHY where the run can't
 * say. */
int injected_read(const struct trial *trial, double runs_per_op, struct injected *injected,
                  struct error *error);
