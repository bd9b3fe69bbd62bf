/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* How often the threads of a cgroup's processes went to sleep, all their lives; NaN where that is not known.
 */
double wakeups_of(const char *cgroup);
