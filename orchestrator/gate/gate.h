/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tracetoll gate: a scenario's runs, one behind the other, and one verdict. Each run is our own program as a
 * child, and its document is all that comes back.
 */
#pragma once

#include "base/interrupt.h"
#include "orchestrator/scenario/scenario.h"
#include "orchestrator/scenario/words.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#define GATE_SCHEMA      "tracetoll.gate/1"
#define GATE_LABEL       256
#define GATE_FORMATS_MAX 8

struct gate_options {
    const char *scenario;
    const char *output; /* gate document; NULL: none */
    const char *lang;   /* of reports for people; NULL: English */
    const char *formats[GATE_FORMATS_MAX];
    unsigned format_count;
    const char *attempt_text; /* as given; NULL: the first */
    unsigned attempt;
    bool quiet, dry_run;
};

/* 1: help was printed. -EINVAL with a sentence. */
int gate_options_parse(struct gate_options *options, int argc, char **argv, struct error *error);

/* One row: a target under a load on a kernel. */
struct gate_run {
    unsigned target, workload;
    const char *kernel; /* borrowed; "host" */
    bool guest, exact;
    char label[GATE_LABEL];
    bool done; /* everything below is known */
    enum exit_status exit_status;
    bool skipped;       /* not run at all */
    bool open;          /* inconclusive: exit_status is what the policy makes of it */
    char *reason;       /* owned; NULL: none */
    double seconds;     /* of its child; runs of one child share it */
    json_t *document;   /* owned; NULL: none came back */
    json_t *regression; /* owned comparison with the base; NULL: none */
};

/* One child: a run on this host, or a boot of each guest kernel. */
struct gate_job {
    unsigned first, count; /* of its runs */
    bool guests;
    double first_seconds, last_seconds; /* until the first and the last look; 0: not known before */
};

struct gate {
    const struct scenario_file *file; /* borrowed, checked */
    unsigned attempt;
    struct gate_run *runs; /* owned, like the jobs */
    unsigned run_count;
    struct gate_job *jobs;
    unsigned job_count;
    double limit_seconds; /* 0: none */
    json_t *base;         /* owned: what regressions are against; NULL: none */
};

/* Targets, then workloads, then kernels; what each would do is checked. EXIT_USAGE with file, line and key.
 */
int gate_make(struct gate *gate, const struct scenario_file *file, unsigned attempt, struct error *error);
void gate_free(struct gate *gate);
/* Among how many runs the error of a FAIL is shared: instructions have none to share. At least 1. */
unsigned gate_timed_runs(const struct gate *gate);
/* The child's command line. `document`: the file it is to write; `seconds`: all it may take (0: no limit). */
void gate_job_words(const struct gate *gate, const struct gate_job *job, const char *document, double seconds,
                    struct words *words);
/*
 * Seconds for each guest of a job of guests, so that all of them, as many side by side as there can be, take
 * `seconds`; and what of a guest's the run in it may take, with --max-time, where time is measured: it boots
 * before, and counts single operations behind. In guest_time.c.
 */
double gate_guest_seconds(const struct gate *gate, const struct gate_job *job, double seconds);
double gate_guest_run_seconds(double guest_seconds);
/* What it would do, for --dry-run. */
void gate_print_plan(const struct gate *gate, FILE *out);

/*
 * Runs the child of a job: its exit status, or -EINTR when we are interrupted (it has cleaned up then), or a
 * negative errno with a sentence. *message: malloc'd last words, "" for none.
 */
typedef int gate_execute(void *context, const struct gate_job *job, const struct words *words, char **message,
                         struct error *error);

struct gate_session {
    struct gate *gate;
    gate_execute *execute;
    void *context;
    const char *document; /* file for the children's documents */
    double (*now_seconds)(void *context);
};

/* All jobs, until the time is used up or a critical budget is broken. -EINTR when interrupted: what was
 * measured is in the runs, and those left are marked. Failures of single runs are outcomes. */
int gate_execute_all(struct gate_session *session);

/* execute for real; the context is a struct gate_child. */
struct gate_child {
    const struct gate *gate;
    struct interrupt *interrupt;
    FILE *display; /* progress; NULL: none */
    double started_seconds, job_started_seconds;
    const struct gate_job *job;
};
gate_execute gate_child_run;
double gate_clock_seconds(void *context);

/* Does the base have a document for each run that can tell a regression? EXIT_USAGE. */
int gate_base_load(struct gate *gate, struct error *error);
/* Compares a run that has a document with its base; sets its regression, exit status and reason. */
void gate_compare(const struct gate *gate, struct gate_run *run);

/* The gate document; a new reference, NULL without memory. `started` and `finished` in RFC 3339. */
json_t *gate_compose(const struct gate *gate, int argc, char **argv, const char *started,
                     const char *finished, double seconds);
/* A target and a load as the document has them; new references, NULL without memory. */
json_t *gate_describe_target(const struct scenario_target *target);
json_t *gate_describe_workload(const struct scenario_workload *workload);
/* "pass", "fail", ... of an exit status. */
const char *gate_status_name(enum exit_status status);

/* For people; 0 or a negative errno. */
int gate_print_text(const json_t *document, FILE *out);
int gate_print_markdown(const json_t *document, FILE *out);
int gate_print_json(const json_t *document, FILE *out);
int gate_print_junit(const json_t *document, FILE *out);
/* "text", or "markdown=FILE": is it known? And all of them, to stdout or their files. */
int gate_formats_check(const char *format, struct error *error);
int gate_formats_write(const struct gate_options *options, const json_t *document, struct error *error);
