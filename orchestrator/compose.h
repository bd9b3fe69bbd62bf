/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The result document (docs/schema/result-1.json) from a trial: pure, so that `run` and `analyse` give the
 * same document for the same trial.
 */
#pragma once

#include "orchestrator/analysis.h"

#include <jansson.h>

/* A new reference in *document, or a negative errno with *error. */
int compose_document(const struct trial *trial, json_t **document, struct error *error);

/* Parts of it, for compose.c alone; each returns a new reference. */
json_t *compose_metrics(const struct analysis *analysis);
json_t *compose_reference(const struct analysis *analysis);
/* Who pays what is added to an operation, by the metrics of a document; null where a part is not known. */
json_t *compose_cost_split(const json_t *metrics);
/* Null where no added cost is sure. */
json_t *compose_safe_rate(const struct analysis *analysis, const struct trial *trial);
json_t *compose_target(const struct trial *trial);
json_t *compose_steady(struct analysis *analysis, const struct trial *trial);
json_t *compose_checks(const struct analysis *analysis, const struct trial *trial);
/* `document`: what there is of it so far; its steady and losses are warned of. */
json_t *compose_warnings(const struct analysis *analysis, const struct trial *trial, const json_t *document);
/* Those of the machine, the load and the time, onto the list. */
void compose_warn_of_machine(json_t *warnings, const struct trial *trial);
json_t *compose_verdict(const struct analysis *analysis, const struct trial *trial);

json_t *compose_interval(double estimate, double low, double high);
/* Did the load fire any program of the target? In ascending order of what is known. */
enum fired {
    FIRED_NEVER,   /* none ran more often with the load than with it paused */
    FIRED_UNCLEAR, /* others fire them so often that the load's share can't be told, or nothing was counted */
    FIRED,
};
enum fired compose_fired(const struct trial *trial);
/* What the hypervisor took of all CPUs' time in the windows, as a share; NaN when it is not known. */
double compose_steal_share(const struct trial *trial);
/* A contrast on the scale of the document: a share when relative. */
double compose_effect(const struct metric_result *result, double contrast);
/* The same for an interval; a new reference. */
json_t *compose_effect_interval(const struct metric_result *result, const struct interval *contrast);
/* Result of a metric by name; NULL when unknown. */
const struct metric_result *compose_find(const struct analysis *analysis, const char *name);
