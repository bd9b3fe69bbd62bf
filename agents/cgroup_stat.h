/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "agents/text.h"

/* The three times of a cpu.stat file in ns (pointers may be NULL); 0 or -EINVAL. */
int cgroup_parse_cpu(struct text text, double *total_ns, double *user_ns, double *system_ns);
