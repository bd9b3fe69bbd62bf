/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "agents/target.h"
#include "agents/target_toggle.h"
#include "base/error.h"
#include "orchestrator/analysis.h"

#include <stdbool.h>
#include <stdint.h>

#define FORMATS_MAX     8
#define BACKGROUNDS_MAX 4
#define REGRESSIONS_MAX 16
#define REDACTIONS_MAX  16

/* What `tracetoll run` was asked for; texts are borrowed from argv. */
struct run_options {
    const char *versus; /* the second target as it is written; NULL: one is measured */
    const char *workload;
    const char *backgrounds[BACKGROUNDS_MAX]; /* run beside it */
    unsigned background_count;
    const char *topology; /* NULL: the workload's own default */
    const char *budgets[BUDGETS_MAX];
    unsigned budget_count;
    const char *formats[FORMATS_MAX]; /* NAME or NAME=FILE */
    unsigned format_count;
    const char *lang;          /* of reports; NULL: English */
    const char *output;        /* result document; NULL: none */
    const char *trial;         /* raw blocks; NULL: the state directory */
    const char *target_output; /* directory; NULL: not kept */
    const char *destroy;       /* block device that may be overwritten; NULL: none */
    const char *target_netns;  /* "host", "client", "server", "router" */
    double window_ns, settle_ns, max_time_ns, steady_ns;
    double precision; /* share */
    double attach_timeout_ns;
    unsigned max_quads; /* 0: all looks */
    bool long_looks;
    bool exact; /* the clock counts instructions: one quad, nothing else */
    bool no_emergency_stop, no_breakdown, no_statistics, saturate, quiet, verbose, dry_run;
    uint64_t seed;
    bool seed_given;
    const char *against;                      /* earlier document; NULL: none */
    const char *regressions[REGRESSIONS_MAX]; /* METRIC=PCT: how much worse than in it */
    unsigned regression_count;
    const char *redactions[REDACTIONS_MAX]; /* patterns of what documents leave out of the target's words */
    unsigned redaction_count;
    const char *scenario;     /* digest of the scenario that the run is of; NULL: none */
    unsigned attempt;         /* 1 and more: which attempt of that scenario */
    unsigned family;          /* 1 and more: runs that share one verdict */
    const char *inconclusive; /* "report", "pass", "fail" */
    const struct target_ops *target_kind;
    const char *on, *off, *ready, *leave;     /* of a target that is switched by commands */
    char *target_words[TOGGLE_WORDS_MAX + 1]; /* of kinds that are given by options, NULL-terminated */
    char **target_argv;                       /* NULL for the sham */
};

/* 1: help was printed. -EINVAL with a sentence. */
int run_options_parse(struct run_options *options, int argc, char **argv, struct error *error);
