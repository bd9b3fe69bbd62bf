/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Load generators of others (iperf3, fio, stress-ng, wrk): a program in the workload's place, with what it
 * prints kept in memory, up to a limit. It leads a process group, which ends with it.
 */
#pragma once

#include "workloads/generator.h"
#include "base/process.h"
#include "workloads/workload.h"

#define PROGRAM_OUTPUT_MAX (8 << 20)

struct program {
    const char *name; /* for sentences; borrowed */
    struct process process;
    int output_fd, error_fd; /* owned; -1: none */
};

#define PROGRAM_NONE ((struct program){.process = PROCESS_NONE, .output_fd = -1, .error_fd = -1})

struct program_plan {
    const char *path;        /* of the file; borrowed, like all here */
    const char *const *argv; /* argv[0] is the name, too */
    const struct workload *workload;
    enum generator_role role; /* whose namespace */
    int cpu;                  /* -1: not pinned */
};

/* EXIT_ENVIRONMENT with a sentence. */
int program_start(struct program *program, const struct program_plan *plan, struct error *error);

/*
 * Waits until_ns, with ticks of the edges (may be NULL). 0: the time has come; 1: it has ended; -EINTR.
 */
int program_wait(struct program *program, struct interrupt *interrupt, uint64_t until_ns,
                 const struct window_edges *edges);

/*
 * Waits for its end, until limit_ns at most. 0 when it ended with status 0; -EINTR; -EPIPE with a sentence
 * (EXIT_UNTRUSTWORTHY) when it failed, with the last line of its complaints, or hung.
 */
int program_finish(struct program *program, struct interrupt *interrupt, uint64_t limit_ns,
                   struct error *error);

/* What it has printed on standard output so far; malloc'd, 0-terminated; NULL without memory. */
char *program_output(const struct program *program);
/* The last line of its standard error, or of its output; "" when there is none. */
char *program_last_line(const struct program *program, char *text, size_t size);

/* Kills it with its group, frees everything. Allowed when there is none. */
void program_end(struct program *program);
