/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which of the system's BPF programs are those of an agent that somebody else started? No process tree says
 * so; what tells is what came when it was switched on, and came again the next time.
 */
#pragma once

#include "agents/inventory.h"

/*
 * Parts `found`, programs that were not there before, into the agent's and those of others. A program is the
 * agent's when `reference` (what it had the first time) has one of the same name, type and attach point that
 * no earlier one of `found` stands for; without a reference (NULL) all are. *missing is the number of the
 * reference's programs that have not come. The results are added to and stay the caller's. 0 or -ENOMEM.
 */
int toggle_attribute(const struct inventory *found, const struct inventory *reference, struct inventory *own,
                     struct inventory *foreign, unsigned *missing);

/* A number for the IDs of the programs that are not in `before` and of all links; *programs is how many of
 * the former there are. Cheap. */
uint64_t toggle_fingerprint(const struct inventory *before, unsigned *programs);

/*
 * All that came since `before`, whoever holds it, with attach points in short form. What we hold ourselves is
 * left out. 0 or -ENOMEM.
 */
int toggle_scan(const struct inventory *before, struct inventory *found);

/* Processes that hold one of these programs: malloc'd (NULL for none), number in *count. 0 or -ENOMEM. */
int toggle_holders(const struct inventory *programs, pid_t **pids, unsigned *count);

/* The cgroup directory (malloc'd) that all these processes are in, where it is not the root and not ours;
 * NULL otherwise: then nobody can say what the agent's own processes are. */
char *toggle_cgroup(const pid_t *pids, unsigned count);

/* "held by opensnoop (PID 33)", of the first few; "" where nobody is. Returns `text`. */
char *toggle_name_holders(const struct inventory *programs, char *text, size_t size);
