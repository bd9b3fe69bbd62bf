/* SPDX-License-Identifier: GPL-2.0 */
/* A canary on the real machine: the engine (canary.h) with a scenario before it and a document behind it. */
#pragma once

#include "orchestrator/canary/canary.h"
#include "orchestrator/canary/rail_set.h"
#include "orchestrator/machine.h"
#include "orchestrator/plan.h"
#include "orchestrator/scenario/scenario.h"
#include "orchestrator/scenario/words.h"

#define CANARY_SCHEMA      "tracetoll.canary/1"
#define CANARY_FORMATS_MAX 8

struct canary_options {
    const char *scenario;
    const char *output; /* canary document; NULL: none */
    const char *audit;  /* the log; NULL: the scenario's, else one in the state directory */
    const char *formats[CANARY_FORMATS_MAX];
    unsigned format_count;
    bool quiet, dry_run;
};

/* 1: help was printed. -EINVAL with a sentence. */
int canary_options_parse(struct canary_options *options, int argc, char **argv, struct error *error);
/*
 * The document and its formats, as the options ask for them, each also where another one failed. The exit
 * status of the outcome, or a negative errno with a sentence and the worse one of both statuses.
 */
int canary_publish(const struct canary_options *options, const json_t *document, enum canary_outcome outcome,
                   struct error *error);

/* What a scenario comes to. A zeroed one is empty. */
struct canary_scenario {
    struct scenario_file file;
    struct ramp ramp;
    struct words words; /* of a run of one step: what `run` would take */
    struct run_options run;
    struct plan plan;
};

/* Is there a target that commands switch, one load, and a section "canary"? EXIT_USAGE with file, line and
 * key. */
int canary_scenario_load(struct canary_scenario *scenario, const char *path, struct error *error);
void canary_scenario_free(struct canary_scenario *scenario);
/* What would be done and how long it takes, for --dry-run. */
void canary_scenario_print(const struct canary_scenario *scenario, FILE *out);

/* Highest readings of a rail. */
struct rail_range {
    double highest_off, highest_on; /* NaN: none */
};

struct canary_session {
    struct machine machine; /* first: machine_operations take it */
    struct canary_scenario *scenario;
    struct rail_set rails;
    struct rail_range ranges[RAILS_MAX];
    unsigned rail_count; /* as in `rails`, also when these are closed */
    bool attached;       /* the target is on and ready */
    json_t *steps;       /* of those that were judged; owned */
    struct progress_display display;
};

/* All of it: 0 with *result, or a negative errno. When it returns, the machine is as `leave` says. */
int canary_session_run(struct canary_session *session, struct canary_scenario *scenario, struct audit *audit,
                       const struct canary_options *options, int argc, char **argv,
                       struct interrupt *interrupt, struct canary_result *result, struct error *error);
void canary_session_free(struct canary_session *session);

/* The document (docs/schema/canary-1.json); a new reference, NULL without memory. */
json_t *canary_compose(const struct canary_session *session, const struct canary_result *result,
                       const char *audit, int argc, char **argv, const char *started, const char *finished);
