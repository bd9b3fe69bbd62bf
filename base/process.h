/* SPDX-License-Identifier: GPL-2.0 */
/* A generator's process: forked, placed (namespace, cgroup, CPU), and gone when we are. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
    pid_t pid;    /* 0: none */
    int pidfd;    /* owned; -1: none; readable when it has ended */
    bool reaped;  /* status is valid */
    int status;   /* as from waitpid */
    long user_ns; /* CPU time of it and its reaped children, valid when reaped */
    long system_ns;
};

#define PROCESS_NONE ((struct process){.pidfd = -1})

/* All borrowed; -1 leaves a thing as it is. */
struct process_place {
    int netns_fd;
    int cgroup_procs_fd;
    int cpu;
    int output_fd, error_fd; /* become standard output and standard error; -1: /dev/null */
};

#define PROCESS_PLACE_NONE ((struct process_place){-1, -1, -1, -1, -1})

/*
 * Called in the child: namespace, cgroup, CPU, signals to their defaults and unblocked, death with the parent
 * `parent`, standard descriptors at /dev/null or where the place says, all others closed. 0, or a negative
 * errno with what failed in *step.
 */
int process_settle(const struct process_place *place, pid_t parent, const char **step);

/* For generators in the measured path: memory locked where allowed, timer slack 1 ns. */
void process_make_prompt(void);

/* Forks; in the child, calls run(argument), which must not return. 0 or a negative errno. */
int process_fork(struct process *process, void (*run)(void *argument, pid_t parent), void *argument);

/* Takes its status if it has ended; true when it has. */
bool process_ended(struct process *process);

/* Waits for its end, without limit: only for one that has ended or been killed. */
void process_wait(struct process *process);

/* SIGKILL to it and the group it leads, which process_settle() made; does not wait. Allowed when there is
 * none. */
void process_kill_group(const struct process *process);

/* SIGKILL (to it alone), waits for its end, frees the descriptor. Allowed when there is none. */
void process_kill(struct process *process);

/* "exit status 3" or "signal 9 (Killed)"; returns `text`. */
char *process_describe_end(const struct process *process, char *text, size_t size);

/* When any process was started, in clock ticks since boot: with its PID that says which one it is. -ENOENT or
 * -ESRCH where there is none, or another negative errno. */
int process_started(pid_t pid, uint64_t *ticks);
