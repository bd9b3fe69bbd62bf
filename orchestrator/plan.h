/* SPDX-License-Identifier: GPL-2.0 */
/* From options to something that can run: parsed, checked against each other and against this machine. */
#pragma once

#include "agents/target.h"
#include "netns/topology.h"
#include "orchestrator/experiment.h"
#include "orchestrator/run_options.h"
#include "workloads/workload.h"

struct plan {
    const struct run_options *options; /* borrowed */
    struct workload workload;
    struct workload backgrounds[BACKGROUNDS_MAX]; /* as many as the options have */
    struct topology topology;
    struct target target, versus; /* the second has no ops where one is measured */
    const char *primary;          /* metric */
    struct analysis_design design;
    struct experiment_plan experiment;
    uint64_t seed;
};

/* Nothing is created on the machine. plan_free() releases, also after a failure. */
int plan_make(struct plan *plan, const struct run_options *options, struct error *error);
void plan_free(struct plan *plan);
/* Takes what --redact names out of a sentence that a target's words may stand in. */
void plan_redact(const struct plan *plan, struct error *error);

/* What --quads and --max-time leave, and the time that it takes with the rehearsal. Times of attaching are
 * not known yet; libbpf tools take 30-60 ms, and detach in up to 270 ms. */
struct plan_time {
    struct look_plan looks;
    unsigned quads;         /* in all */
    double first_s, last_s; /* until the first look would end it, and until the last */
};
void plan_time(const struct experiment_plan *experiment, struct plan_time *time);
/* What would be done, for --dry-run; with_looks: and how long it takes. */
void plan_print(const struct plan *plan, bool with_looks, FILE *out);

/*
 * Header of the trial, without its design: what identifies the run. `argv` is the whole command line. A new
 * reference. `environment` is taken over.
 */
json_t *plan_describe(const struct plan *plan, int argc, char **argv, json_t *environment);
