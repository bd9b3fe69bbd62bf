/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be a rail. Adding one is a file with a `const struct rail_kind` and its row in rail_table.c; a
 * scenario names it, `tracetoll canary --help` lists it.
 */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"
#include "orchestrator/canary/rails.h"

/* As it stands in the scenario; NULL where a key is missing. All borrowed. */
struct rail_given {
    const char *max, *url, *metric, *command;
};

/* The target as it is now. */
struct rail_place {
    bool on;
    const char *target_cgroup; /* of its processes, while on; NULL: not known */
};

struct rail_kind {
    const char *name;
    const char *summary;
    const char *unit; /* of its limit: "cores", "bytes", "1/s"; "": as it is read, times in seconds */
    bool no_limit;    /* it is crossed by itself: `max` is not given */
    /* Beyond the limit, is what was given right? Nothing is asked. EXIT_USAGE. NULL: there must be no url,
     * metric and command. */
    int (*check)(const struct rail_given *given, struct error *error);
    /* Finds out that it can be read. The texts of `given` must live on. */
    int (*open)(void **state, const struct rail_given *given, struct interrupt *interrupt,
                struct error *error);
    /* Cheap, and never waits. */
    struct rail_reading (*read)(void *state, const struct rail_place *place);
    void (*close)(void *state); /* NULL is allowed */
};

extern const struct rail_kind *const rail_kinds[]; /* NULL-ended */
extern const struct rail_kind rail_cpu_system, rail_cpu_target, rail_memory_rss, rail_memory_system, rail_p99,
    rail_number, rail_lost_events, rail_command;
