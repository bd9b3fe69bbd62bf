/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What workloads around programs of others share. Such a program knows whole runs only: each window is one,
 * of one second that is thrown away (connections, caches, its own start) and whole seconds that count.
 */
#pragma once

#include "workloads/program.h"

#define EXTERNAL_SKIP_NS     NS_PER_SECOND
#define EXTERNAL_WINDOW_NS   (2 * NS_PER_SECOND) /* shortest window */
#define EXTERNAL_OVERHEAD_NS (EXTERNAL_SKIP_NS + 200 * NS_PER_MS)
#define EXTERNAL_GRACE_NS    (10 * NS_PER_SECOND) /* how much longer than asked it may take */

/* Whole seconds of a window. */
unsigned external_seconds(uint64_t window_ns);

/*
 * Runs it: the edges are at the end of the second that is skipped and `seconds` later; then waits for its
 * end. *output is what it printed, malloc'd; also where it failed or ended too early, when that may say why:
 * iperf3 with --json tells its errors there alone, and ends with status 0. 0, -EINTR, -EPIPE with a sentence.
 */
int external_run(const struct program_plan *plan, unsigned seconds, const struct window_edges *edges,
                 char **output, struct error *error);

/* The values every workload sets; 0 or an error. */
int external_fill(struct load_sample *sample, double ops, double window_ns, double failed,
                  struct error *error);

/* -EPIPE: the program's output is not what it should be. */
int external_bad_output(const char *name, const char *what, struct error *error);

/* Start and stop of workloads whose runs live inside measure(). */
int external_start(struct workload *workload, struct error *error);
void external_stop(struct workload *workload);
