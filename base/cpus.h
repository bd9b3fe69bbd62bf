/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <sched.h>
#include <sys/types.h>

/* CPUs this process may use, lowest first, at most `size`; the number, or a negative errno. */
int cpus_allowed(int *cpus, int size);

/* Pins the calling thread; 0 or a negative errno. */
int cpu_pin(int cpu);

/* Lets a thread (0: the calling one) run on any CPU there is, also those offline now; 0 or a negative errno.
 */
int cpu_unpin(pid_t tid);

/* Number of online CPUs (not only those allowed). */
int cpus_online(void);
