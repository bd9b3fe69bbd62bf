/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A scenario file (docs/scenario.md): targets, loads, budgets. Reading it measures nothing and asks this
 * machine nothing; every mistake is told with file, line and key.
 */
#pragma once

#include "base/digest.h"
#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define SCENARIO_MAX_BYTES     (1u << 20)
#define SCENARIO_TARGETS_MAX   16
#define SCENARIO_WORKLOADS_MAX 16
#define SCENARIO_KERNELS_MAX   8
#define SCENARIO_WORDS_MAX     64
#define SCENARIO_DIGEST        DIGEST_TEXT

/* Exactly one of exec, object, bcc, probe, sham and on (with off); texts as in the file, NULL where a key is
 * missing. */
struct scenario_target {
    char *name;
    char **exec;
    unsigned exec_count;
    char *object, *bcc, *probe;
    char *on, *off, *ready, *leave;
    bool sham;
    char *netns;
    char **kernels; /* its own, in place of the scenario's */
    unsigned kernels_count;
};

struct scenario_workload {
    char *load, *beside, *topology, *rate;
};

/* Exactly one of the two limits. */
struct scenario_budget {
    char *max_worsening, *max_absolute;
    bool critical;
};

struct scenario_rail {
    char *rail, *max, *url, *metric, *command;
};

/* How `tracetoll canary` tries a target on a live machine. */
struct scenario_canary {
    char **duty;
    unsigned duty_count;
    struct scenario_rail *rails;
    unsigned rails_count;
    char *audit;
};

struct scenario_counter {
    char *url, *metric, *command;
};

/* Exactly one of max and min. */
struct scenario_alert {
    char *alert, *metric, *max, *min, *for_time;
};

/* What `tracetoll watch` looks at once the target is rolled out, and what Prometheus is to tell of it. */
struct scenario_watch {
    char **programs;
    unsigned programs_count;
    char *process, *cgroup;
    char *interval, *statistics, *textfile;
    struct scenario_counter *events, *lost_events;
    struct scenario_alert *alerts;
    unsigned alerts_count;
};

struct scenario {
    char *name;
    struct scenario_target *targets;
    unsigned targets_count;
    struct scenario_workload *workloads;
    unsigned workloads_count;
    struct scenario_budget **budgets; /* by row of the metric table; NULL where there is none */
    char **regression;                /* likewise: percentages */
    char *time_limit, *quads, *precision, *steady, *window, *settle, *seed, *seeds;
    char **kernels; /* none: this host */
    unsigned kernels_count;
    char *mode, *inconclusive, *against;
    struct scenario_canary *canary; /* NULL: none */
    struct scenario_watch *watch;   /* likewise */
};

struct scenario_tree;

/* Owns everything; a zeroed one is empty. */
struct scenario_file {
    char *path;
    struct scenario *scenario;
    struct scenario_tree *tree; /* where everything stands */
    json_t *given;              /* the scenario as JSON, its values as written */
    /* SHA-256 of `given`: the same for the same scenario, whatever its comments, its layout and the order of
     * its keys are. */
    char digest[SCENARIO_DIGEST];
};

/* 0, or EXIT_USAGE with "FILE:LINE: KEY: what is wrong"; EXIT_ENVIRONMENT without memory. */
int scenario_load(struct scenario_file *file, const char *path, struct error *error);
/* The same of a text; `path` is for sentences alone. */
int scenario_parse(struct scenario_file *file, const char *path, const char *text, size_t length,
                   struct error *error);
void scenario_free(struct scenario_file *file);

/*
 * EXIT_USAGE, -EINVAL: the sentence with file, line and key before it. `place` names keys and indices with
 * '/' between: "targets/0/exec"; the line is that of the nearest place that is there.
 */
int scenario_error(const struct scenario_file *file, const char *place, struct error *error,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Puts the same in front of a sentence that is there already; returns `code`. */
int scenario_blame(const struct scenario_file *file, const char *place, int code, struct error *error);

/* The kernels that a target is measured on: its own, else the scenario's, else this host; borrowed. */
const char *const *scenario_kernels(const struct scenario *scenario, unsigned target, unsigned *count);

/* Values, each by what `run` checks it with, and against each other. EXIT_USAGE likewise. */
int scenario_check(const struct scenario_file *file, struct error *error);
