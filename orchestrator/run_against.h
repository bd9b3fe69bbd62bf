/* SPDX-License-Identifier: GPL-2.0 */
/* `run --against BASE.json --regression METRIC=PCT`. */
#pragma once

#include "orchestrator/run_options.h"

#include <jansson.h>

/* The base, before anything is measured: *base is a new reference, NULL without --against. EXIT_USAGE. */
int run_against_load(const struct run_options *options, json_t **base, struct error *error);

/*
 * Compares, prints where a text report is printed, and gives the exit status of both, or a negative errno.
 * `status` is what the run alone would exit with.
 */
int run_against(const struct run_options *options, const json_t *base, const json_t *document, int status,
                struct error *error);
