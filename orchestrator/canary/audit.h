/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was done to a live machine, and why: one JSON line per switch, on the disk before the switch is made.
 * The file is only ever appended to, by a process of its own: whoever waits for a disk can neither look at
 * guard rails nor be killed, and a keeper would wait with it.
 */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"
#include "base/process.h"

#include <stdint.h>

/* What is switched off waits no longer for the disk: off comes first. */
#define AUDIT_OFF_LIMIT_NS 500000000ull

struct audit {
    struct process writer;
    int fd;           /* to it; owned; -1: none */
    unsigned waiting; /* lines that it has not told of yet */
    char *path;       /* absolute; owned */
    const char *name; /* of the scenario; borrowed */
};

#define AUDIT_NONE ((struct audit){.writer = PROCESS_NONE, .fd = -1})

/* All borrowed. */
struct audit_line {
    const char *event;  /* "start", "step", "on", "off", "failed", "end" */
    const char *reason; /* "block", "rail cpu.system: 1.9 > 1.5", "verdict"; NULL: none */
    double duty;        /* share of the step; NaN: none yet */
    uint64_t wall_ns;   /* CLOCK_REALTIME */
};

/* Opens it, makes it where it is missing (0640), and syncs its directory then. EXIT_ENVIRONMENT. */
int audit_open(struct audit *audit, const char *path, const char *name, struct error *error);
void audit_close(struct audit *audit);

/*
 * Commands of a shell that write the line of a switch that is made because we died: $event says which one,
 * and they return when it is on the disk, or after half a second. malloc'd; NULL without memory.
 */
char *audit_shell(const struct audit *audit);

/*
 * Returns when the line is on the disk, and those before it. EXIT_ENVIRONMENT: then nothing may be switched
 * on. -EINTR after a signal (`interrupt` may be NULL). 0 as well after limit_ns (UINT64_MAX: none), when the
 * line is on its way; the next call, or audit_close(), waits for it.
 */
int audit_write(struct audit *audit, const struct audit_line *line, uint64_t limit_ns,
                struct interrupt *interrupt, struct error *error);
