/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often a program's attach point is passed by the tasks of a cgroup, counted by a program of our own
 * beside it: the kernel counts a program's runs, but not in whose name they were. For a phase in which
 * nothing is timed.
 */
#pragma once

#include <stdint.h>

enum { HIT_CGROUPS = 2 };

struct hit_counter;

/*
 * NULL where this point, or this kernel, can't be counted. tracefs_fd: its root, without which tracepoints
 * can't. A descriptor below 0 is a cgroup that nobody is in. hit_counter_close() takes NULL.
 */
struct hit_counter *hit_counter_open(const char *attach, int tracefs_fd, const int cgroup_fds[HIT_CGROUPS]);
/* Since it was opened; 0 or a negative errno. */
int hit_counter_read(const struct hit_counter *counter, uint64_t hits[HIT_CGROUPS]);
void hit_counter_close(struct hit_counter *counter);
