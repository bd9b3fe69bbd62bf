/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guard rails: limits that are looked at twice a second while a target is tried on a live machine. Pure:
 * numbers in, a decision out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RAILS_MAX 16

/* The longest time between two looks. */
#define RAIL_LOOK_NS 1000000000ull

/* One that can't be read for so long is as good as crossed: nobody would see it. */
#define RAIL_BLIND_NS (3 * RAIL_LOOK_NS)

struct rail {
    const char *name; /* "cpu.system", "p99", "memory.rss", "lost_events", "command": borrowed */
    const char *unit; /* of its limit, as quantity_format() takes it: borrowed */
    double highest;   /* that it may read */
};

/* What a rail reads, and since when: a rate tells of a time that may lie before the last switch. */
struct rail_reading {
    double value;      /* NaN: unknown */
    uint64_t since_ns; /* CLOCK_MONOTONIC */
    bool above;        /* by how much, its source can't tell: `value` is the highest that it knows of */
    uint64_t blind_ns; /* unknown: for how long already, where whoever reads it knows; else 0 */
    /* There is nothing to read now, which crosses nothing and is no figure. Where `value` is known, whatever
     * it is, its source was read; with NaN it was not, and for how long it is blind neither grows nor ends.
     */
    bool idle;
};

/* What became of each; a zeroed one is the start. */
struct rails_state {
    uint64_t known_ns[RAILS_MAX]; /* when it was last known, or first looked at; 0: not looked at yet */
    uint64_t blind_ns[RAILS_MAX]; /* how long it has been looked at since, in vain */
    uint64_t looked_ns;           /* 0: not yet */
};

struct rail_crossing {
    const struct rail *rail;     /* NULL: none */
    struct rail_reading reading; /* unknown: it could not be read any more, since `since_ns` */
};

/*
 * One look, at `now_ns`, at `count` readings in the order of the rails. The first one that is crossed counts.
 * Where nobody looked for longer than RAIL_LOOK_NS, no more than that counts as time in which one was blind.
 */
struct rail_crossing rails_look(const struct rail *rails, unsigned count, const struct rail_reading *readings,
                                uint64_t now_ns, struct rails_state *state);

/* "rail cpu.system: 1.9 cores > 1.5 cores", in 160 bytes; returns `text`. */
char *rail_describe(const struct rail_crossing *crossing, char *text, size_t size);
