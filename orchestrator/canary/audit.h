/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was done to a live machine, and why: one JSON line per switch, on the disk before the switch is made.
 * The file is only ever appended to.
 */
#pragma once

#include "base/error.h"

#include <stdint.h>

struct audit {
    int fd;           /* owned; -1: none */
    char *path;       /* absolute; owned */
    const char *name; /* of the scenario; borrowed */
};

#define AUDIT_NONE ((struct audit){.fd = -1})

/* All borrowed. */
struct audit_line {
    const char *event;  /* "start", "step", "on", "off", "end" */
    const char *reason; /* "block", "rail cpu.system: 1.9 > 1.5", "verdict"; NULL: none */
    double duty;        /* share of the step; NaN: none yet */
    uint64_t wall_ns;   /* CLOCK_REALTIME */
};

/* Opens it, makes it where it is missing (0640), and syncs its directory then. EXIT_ENVIRONMENT. */
int audit_open(struct audit *audit, const char *path, const char *name, struct error *error);
void audit_close(struct audit *audit);

/*
 * Commands of a shell that write the line of a switch that is made because we died: $event says which one,
 * and they return when it is on the disk. malloc'd; NULL without memory.
 */
char *audit_shell(const struct audit *audit);

/* Returns when the line is on the disk. EXIT_ENVIRONMENT: then nothing may be switched on. */
int audit_write(const struct audit *audit, const struct audit_line *line, struct error *error);
