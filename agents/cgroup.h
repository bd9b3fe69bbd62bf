/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The run's own cgroups (v2, wherever it is mounted): tracetoll-PID-START-NAMESPACE/{workload,target-N}. A
 * directory cannot be owned by a descriptor, so its name says who made it, and the next start removes what is
 * left of dead runs; the keeper (agents/keeper.h) normally does it the moment we die.
 */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

/* Mount point of the cgroup v2 hierarchy (malloc'd), or NULL where there is none. */
char *cgroup_mount_point(void);

/* Where the run's cgroup is to be made, malloc'd: whoever removes it on our death is there before it is.
 * EXIT_ENVIRONMENT with the remedy. */
int cgroup_run_path(char **path, struct error *error);
/* Makes a cgroup. EXIT_ENVIRONMENT with the remedy. */
int cgroup_create(const char *path, struct error *error);
/* Makes a child; *path is malloc'd. */
int cgroup_create_child(const char *parent, const char *name, char **path, struct error *error);

/*
 * At most so many tasks in it: a child of the run's cgroup that goes wild takes no other process its number.
 * Only where cgroup v2 has the controller "pids" enabled at its root, as systemd does; else -ENOENT or
 * another negative errno, and there is no limit.
 */
int cgroup_limit_tasks(const char *path, unsigned most);

/*
 * Ends every process below (cgroup.kill) and removes the directory and its children, trying again for up to
 * two seconds while processes are dying. 0 (also when it was not there), -EBUSY, or a negative errno.
 */
int cgroup_destroy(const char *path);

/* SIGKILL for every process below, unpinned (see the next), or one signal of choice; does not wait. 0 or a
 * negative errno. */
int cgroup_kill(const char *path);
int cgroup_signal(const char *path, int signal_number);

/*
 * Every thread below may run on any CPU. To end, a process needs a CPU: one that is pinned to a busy one may
 * get none for ever, even with SIGKILL pending (docs/method.md section 8). 0 or a negative errno.
 */
int cgroup_unpin(const char *path);

/* Has it (or a child) a living process? `events_fd` is its cgroup.events, open. Cheap: one read. */
bool cgroup_is_populated(int events_fd);

/* Processes of a cgroup and its children: malloc'd array (NULL when empty), number in *count. In
 * agents/cgroup_stat.c, like the next two. */
int cgroup_processes(const char *path, pid_t **pids, unsigned *count);
int cgroup_threads(const char *path, pid_t **tids, unsigned *count);

/* usage_usec of cpu.stat as ns, user and system likewise (pointers may be NULL). */
int cgroup_cpu_ns(const char *path, double *total_ns, double *user_ns, double *system_ns);
/* For how long, so far, one of its tasks had to wait for "cpu" or "io"; 0 or a negative errno: the kernel
 * keeps no accounts of pressure. */
int cgroup_waited_ns(const char *path, const char *resource, double *waited_ns);

/* Removes run cgroups whose maker is dead; the number removed. */
unsigned cgroup_remove_stale(void);
