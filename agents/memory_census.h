/* SPDX-License-Identifier: GPL-2.0 */
/* What each process and each map of the target holds, one by one: to tell which of them it is that grows. */
#pragma once

#include "agents/inventory.h"
#include "base/values.h"

#define CENSUS_PROCESS "memory.process." /* PID.COMM: resident bytes */
#define CENSUS_MAP     "memory.map."     /* ID.NAME: bytes, as the kernel charges them */

/* Adds them to *values; names are cut down to harmless characters. What is gone meanwhile is left out. */
void memory_census(const char *cgroup, const struct inventory *inventory, struct values *values);
