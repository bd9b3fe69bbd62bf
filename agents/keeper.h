/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that outlives us: when we die, even by SIGKILL, it ends every process of the run's cgroup and
 * removes the directories. While we live it drains the target's stdout and stderr into capped files and
 * counts the lines that report losses, so that a target can neither block on a full pipe nor fill the disk.
 *
 * It is forked, not executed: it closes what it inherits, has a session of its own, blocks the signals of a
 * terminal and learns of our death from a pidfd, since a pipe's end may live on in a generator's process.
 */
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct keeper;

#define KEEPER_COMMAND_MAX 4096

/* What the keeper has seen since it started. */
struct keeper_counts {
    uint64_t lost_events, lost_lines; /* agents/loss_lines.h */
    uint64_t output_bytes;            /* both streams, also what went over the cap */
};

enum { KEEPER_STDOUT, KEEPER_STDERR, KEEPER_STREAMS };

/*
 * Starts it for the run's cgroup; must be called while we are outside of that cgroup. EXIT_ENVIRONMENT. The
 * caller owns *keeper.
 */
int keeper_start(struct keeper **keeper, const char *run_cgroup, struct error *error);
/* Ends it without touching the cgroup. NULL is allowed. */
void keeper_stop(struct keeper *keeper);

/*
 * What it hands to sh -c, before anything else, when we die, and again twice if that fails; NULL: nothing.
 * Holds from the moment this returns. 0 or -ENAMETOOLONG.
 */
int keeper_set_last_command(struct keeper *keeper, const char *command);

/*
 * A command that switches the target is running, and leads this process group; 0: it has ended. When we die
 * before it has, the group is ended first: what it would still do must not come after the last command.
 */
void keeper_set_switching(struct keeper *keeper, pid_t group);

/*
 * Hands it the reading ends of a new attachment's pipes and the files they go to (-1: none); the caller keeps
 * its own descriptors. Of each stream at most `bytes_max` reach the file. Ends what it drained before. 0 or a
 * negative errno (-EPIPE: the keeper has died).
 */
int keeper_drain(struct keeper *keeper, const int pipes[KEEPER_STREAMS], const int files[KEEPER_STREAMS],
                 uint64_t bytes_max);

/* Waits, at most until deadline_ns, for the end of both streams; 0 or -ETIMEDOUT. */
int keeper_wait_drained(struct keeper *keeper, uint64_t deadline_ns);

void keeper_counts(const struct keeper *keeper, struct keeper_counts *counts);

/*
 * Last lines of the attachment's output, of stderr when it said anything and of stdout otherwise: at most
 * size - 1 bytes, whole lines where they fit, unprintable bytes as '?'. Returns `text`.
 */
char *keeper_tail(const struct keeper *keeper, char *text, size_t size);

/* First error of a compiler in the attachment's output, "" for none; likewise. */
char *keeper_compiler_error(const struct keeper *keeper, char *text, size_t size);
