/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guard rails: limits that are looked at every second while a target is tried on a live machine. Pure:
 * numbers in, a decision out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define RAILS_MAX 16

/* The longest time between two looks. */
#define RAIL_LOOK_NS 1000000000ull

/* One that can't be read for so many looks in a row is as good as crossed: nobody would see it. */
#define RAIL_BLIND_LOOKS 3

struct rail {
    const char *name; /* "cpu.system", "observed.p99", "memory.rss", "lost_events", "command": borrowed */
    double highest;   /* that it may read */
};

/* What became of each; a zeroed one is the start. */
struct rails_state {
    unsigned blind[RAILS_MAX]; /* looks in a row without a reading */
};

struct rail_crossing {
    const struct rail *rail; /* NULL: none */
    double reading;          /* NaN: it could not be read any more */
};

/* One look at `count` readings (NaN: unknown), in the order of the rails. The first one that is crossed
 * counts. */
struct rail_crossing rails_look(const struct rail *rails, unsigned count, const double *readings,
                                struct rails_state *state);
