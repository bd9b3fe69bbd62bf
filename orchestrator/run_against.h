/* SPDX-License-Identifier: GPL-2.0 */
/* `run --against BASE.json --regression METRIC=PCT`. */
#pragma once

#include "orchestrator/run_options.h"
#include "reports/junit_comparison.h"

#include <jansson.h>

/* The base, before anything is measured: *base is a new reference, NULL without --against. EXIT_USAGE. */
int run_against_load(const struct run_options *options, json_t **base, struct error *error);

/* A zeroed one is of a run without --against. */
struct run_comparison {
    json_t *diff;               /* owned; NULL: refused, or not asked for */
    enum exit_status status;    /* of the comparison alone */
    struct error refused;       /* why there is none */
    struct junit_comparison of; /* for reports; what it borrows is here */
    bool asked;
};

/* Nothing without a base. That it can't be compared is an outcome. */
void run_against_compare(const struct run_options *options, const json_t *base, const json_t *document,
                         struct run_comparison *comparison);
/* For output_write(); NULL where none was asked for. */
const struct junit_comparison *run_against_report(const struct run_comparison *comparison);
/*
 * Prints it where a text report is printed, and gives the exit status of both, or a negative errno. `status`
 * is what the run alone would exit with.
 */
int run_against_finish(const struct run_options *options, const struct run_comparison *comparison, int status,
                       struct error *error);
void run_comparison_free(struct run_comparison *comparison);
