/* SPDX-License-Identifier: GPL-2.0 */
/* A program of the system run to its end, with what it printed kept in memory. */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"

#include <stdint.h>

struct capture_plan {
    const char *const *argv;     /* NULL-terminated; argv[0] is looked for as program_find() does */
    const char *path;            /* that is executed instead; NULL: argv[0] is looked for */
    const char *directory;       /* to run in; NULL: ours */
    int output_fd;               /* standard output goes there instead of memory; -1: memory */
    uint64_t limit_ns;           /* that it may take; 0: no limit */
    void (*tick)(void *context); /* about every second while it runs; NULL: none */
    void *context;
    uint64_t grace_ns; /* after a signal or its limit it gets SIGINT and this long to clean up; 0: none */
};

#define CAPTURE_PLAN(words) ((struct capture_plan){.argv = (words), .output_fd = -1})

/* Owns both texts; a zeroed one is empty. */
struct capture {
    char *output, *errors; /* 0-terminated; never NULL after a success of capture_run() */
    int exit_status;       /* 128 + signal for one that was killed */
};

void capture_free(struct capture *capture);
#define OWNED_CAPTURE CLEANUP(capture_free)

/*
 * 0 whatever its exit status; -EINTR after a signal and -ETIMEDOUT at the limit (its process group is gone
 * then); else EXIT_ENVIRONMENT with a sentence, as for a program that is not installed.
 */
int capture_run(const struct capture_plan *plan, struct interrupt *interrupt, struct capture *capture,
                struct error *error);

/* The same, and an exit status other than 0 is a failure: `what` and its last line make the sentence. */
int capture_must(const struct capture_plan *plan, const char *what, struct interrupt *interrupt,
                 struct capture *capture, struct error *error);

/* The last line of what it printed; newlines behind it are cut off the text. */
const char *capture_last_line(char *text);
