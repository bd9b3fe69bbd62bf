/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of a target that is a process: launched into its own cgroup, ready, alive, stopped, gone. Shared
 * by the kinds exec and sham and by the files that do one step each.
 */
#pragma once

#include "agents/keeper.h"
#include "agents/target.h"

#include <stdbool.h>

/* Behind target->state. */
struct life {
    struct keeper *keeper;        /* owned; one for all attachments */
    char *cgroup;                 /* owned; NULL while off */
    int events_fd;                /* its cgroup.events */
    pid_t main_pid;               /* 0: none, or reaped */
    uint64_t exec_ns;             /* when execve succeeded */
    struct keeper_counts counted; /* what is already in the target's sums */
    bool needs_all;               /* SIGINT to the main process alone did not end it the last time */
    struct inventory before;      /* the system's, without the target */
    struct inventory reference;   /* of the first attachment, as scanned */
    struct inventory seen;        /* union over this attachment: what must be gone afterwards */
};

/* --- start (target_start.c) --- */

/* Makes target->state, with a running keeper. */
int life_open(struct target *target, struct error *error);
/* Starts the process in a cgroup of its own, its output connected to the keeper. */
int life_start(struct target *target, const char *path, char *const *argv, struct error *error);

/* --- launch (target_launch.c) --- */

struct launch {
    const char *path; /* file to execute */
    char *const *argv;
    int netns_fd;        /* -1: none */
    int cgroup_procs_fd; /* of the cgroup to join */
    int output_fds[KEEPER_STREAMS];
};

/*
 * Forks and executes; *pid is a direct child that dies with us. Returns when execve has succeeded, at
 * *exec_ns. EXIT_ENVIRONMENT when a step before it failed, with its name.
 */
int launch(const struct launch *launch, pid_t *pid, uint64_t *exec_ns, struct error *error);

/* In a child: undoes what a measuring process does to itself: pinning, real-time priority, fine timers, small
 * limits. */
void launch_reset_resources(void);

/* In the child: a private mount namespace with tracefs, debugfs and bpffs in it. 0 or a negative errno. */
int mounts_make_private(void);

/* --- readiness (target_ready.c) --- */

/* A look whether the target is on: 1 when it is, 0 not yet, a negative errno (-ENOMEM without a sentence). */
typedef int target_look(struct target *target, void *progress, struct error *error);

/*
 * Looks again and again, every 2 ms or, where a look takes long (many processes, many descriptors), with a
 * fifth of a CPU. 0; what the look failed with; EXIT_INTERRUPTED, -EINTR.
 */
int target_poll(struct target *target, target_look *look_at, void *progress, struct error *error);

/* Waits for the BPF objects; fills target->inventory, attach_ns, life->seen and, the first time, reference.
 */
int life_wait_ready(struct target *target, struct error *error);
/* Scans the tree and what nobody holds; 0, or a negative errno. */
int life_scan(struct life *life, struct inventory *found);

/* --- stop (target_stop.c) --- */

/* Ends the processes, gently at first; sets target->stop_signal. 0, or -EBUSY when some would not die. */
int life_stop(struct target *target);
/* Waits until none of life->seen exists; -EBUSY with a sentence that names those left behind. */
int life_wait_gone(struct target *target, struct error *error);

/* "NAME (ID 7, on kprobe:x, pinned at /sys/fs/bpf/y)" of the first few of these that still exist. */
void life_name_left_behind(const struct inventory *seen, char *text, size_t size);

/* --- left behind (target_left.c) --- */

/* Where in the bpffs instances of our mount namespace a program (or a link to it) is pinned; malloc'd, or
 * NULL. */
char *pin_path_of(uint32_t program_id);

/* --- common (target_life.c) --- */

/* Switches on with this file and these arguments. */
int life_switch_on(struct target *target, const char *path, char *const *argv, struct error *error);
int life_alive(struct target *target, struct error *error);
int life_inspect(struct target *target, struct error *error);
int life_switch_off(struct target *target, struct error *error);
void life_cleanup(struct target *target);
const char *life_cgroup_path(const struct target *target);
char *life_output_tail(const struct target *target, char *text, size_t size);

/* What kinds that are a process have in common, but for how they are switched. */
#define LIFE_OPS                                                                                             \
    .alive = life_alive, .inspect = life_inspect, .cleanup = life_cleanup, .cgroup_path = life_cgroup_path,  \
    .output_tail = life_output_tail

/* Adds what the keeper has counted since the last time to the target's sums. */
void life_count(struct target *target);
/* target_ops.account of a target that says itself what it has lost, by lines like "Lost 5 events". */
void life_account(struct target *target, struct probe_counts *sum);
/* Takes the main process' wait status when it has ended. */
void life_reap(struct target *target);
/* "exited with status 3", "was ended by signal 11 (Segmentation fault)", for the main process. */
char *life_describe_end(const struct target *target, char *text, size_t size);
/* EXIT_TARGET: "TOOL what; its last lines: ..."; returns `code`. */
int life_fail(struct target *target, int code, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
