/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "agents/text.h"

/* A file of the cgroup, for reading: an owned descriptor or a negative errno. */
int cgroup_open_file(const char *path, const char *name);
/* The three times of a cpu.stat file in ns (pointers may be NULL); 0 or -EINVAL. */
int cgroup_parse_cpu(struct text text, double *total_ns, double *user_ns, double *system_ns);
/* Of a cpu.pressure file: for how many ns, so far, a task of the cgroup could have run and had no CPU; 0 or
 * -EINVAL. */
int cgroup_parse_waited(struct text text, double *waited_ns);
