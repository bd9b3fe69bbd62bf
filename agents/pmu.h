/* SPDX-License-Identifier: GPL-2.0 */
/* The processor's own counters: which there are is found out by asking for them. */
#pragma once

#include "agents/counters.h"

#include <stddef.h>

/* NULL where there are none; *error_number as counters_open() has it. */
struct counters *pmu_open(int *error_number);
/* One clause for people. */
const char *pmu_why_not(int error_number);
