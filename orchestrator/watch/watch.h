/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watching an agent after its rollout: plain data. What is watched (from a scenario), what one look at it
 * gave, and the texts that others read. Nothing in here touches the agent.
 */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define WATCH_PROGRAMS_MAX 16 /* patterns of names */
#define WATCH_ALERTS_MAX   32
#define WATCH_NAMES_MAX    128 /* kinds of programs in one look; the last is all others */
#define WATCH_OTHERS       "others"

/* One look. NaN: not known, and then nobody is told a number. */
struct watch_figures {
    bool up; /* it has a program */
    unsigned program_count, process_count;
    double cpu_cores; /* of its processes, since the last look */
    double rss_bytes, map_bytes;
    double programs_cpu_cores; /* in its programs, over the statistics' time */
    double misses_per_s;       /* since the last look */
    double lost_per_s;         /* likewise */
    double delivered_share;    /* of the events since the last look; 0 to 1 */
    double statistics_seconds; /* how long statistics were on in this look */
    uint64_t wall_ns;          /* when */
    unsigned kind_count;
    struct watch_kind {
        char name[16], type[24]; /* programs that share both are counted together */
        unsigned count;
        double runs_per_s, ns_per_run;
    } kinds[WATCH_NAMES_MAX];
};

/* What an alert can be about; a row of watch_metrics. */
struct watch_metric {
    const char *name;   /* in a scenario: "cpu" */
    const char *family; /* of the textfile, behind "tracetoll_watch_" */
    const char *unit;   /* "cores", "bytes", "1/s", "share", "" */
    const char *help;
    double (*value)(const struct watch_figures *figures);
};

extern const struct watch_metric watch_metrics[];
extern const unsigned watch_metric_count;

/* NULL with a sentence that names the nearest one. */
const struct watch_metric *watch_metric_find(const char *name, struct error *error);

struct watch_alert {
    const char *name; /* borrowed from the scenario, as are all texts here */
    const struct watch_metric *metric;
    bool below; /* it fires below the limit, else above it */
    double limit;
    uint64_t for_ns;
};

struct watch_counter {
    const char *url, *command, *metric; /* url and command NULL: not given */
};

struct watch_plan {
    const char *target; /* its name, the label of everything */
    const char *const *programs;
    unsigned program_count;
    const char *process, *cgroup, *textfile; /* NULL: not given */
    uint64_t interval_ns, statistics_ns;
    struct watch_counter events, lost_events;
    struct watch_alert alerts[WATCH_ALERTS_MAX];
    unsigned alert_count;
};

/* Is a program of this name one of those that are asked for? Without patterns, every one is. */
bool watch_wants(const struct watch_plan *plan, const char *program);

/* For node exporter's textfile collector: gauges, no timestamps. 0 or a negative errno. */
int watch_textfile(const struct watch_plan *plan, const struct watch_figures *figures, FILE *out);

/* Prometheus' alerting rules: those of the plan, and two of ours, "down" and "stale". Likewise. */
int watch_rules(const struct watch_plan *plan, FILE *out);
