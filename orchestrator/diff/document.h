/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The comparison document ("tracetoll.diff/1", docs/schema/diff-1.json): what changed in the overhead from
 * OLD to NEW, and what else did. Pure: two documents in, one out.
 */
#pragma once

#include "orchestrator/diff/budgets.h"
#include "orchestrator/diff/kind.h"

#define DIFF_SCHEMA "tracetoll.diff/1"

struct diff_input {
    /* Borrowed, checked by document_check() and diff_comparable(), their texts harmless (reports/text.h). */
    const json_t *old, *new;
    const char *old_file, *new_file;
    const struct diff_kind *kind;
    struct diff_budgets budgets;
    unsigned family;  /* comparisons that share one verdict; 0 counts as 1 */
    unsigned attempt; /* each after the first has half of the error of the one before; 0 counts as 1 */
};

/*
 * *document is a new reference; its verdict.exit_status is what the command exits with. -EINVAL, EXIT_USAGE
 * for a unit that differs and for a budget that can't be judged; -ENOMEM.
 */
int diff_compose(const struct diff_input *input, json_t **document, struct error *error);

/* --- its parts, each a new reference --- */

/* metrics[], in OLD's order, then what only NEW has. NULL with a sentence. */
json_t *diff_compose_metrics(const struct diff_input *input, struct error *error);
/* Programs of the targets that one document has alone, or that are attached otherwise. */
json_t *diff_compose_programs(const json_t *old, const json_t *new);
/* What differs in kernel and machine and matters for tracing. */
json_t *diff_compose_environment(const json_t *old, const json_t *new);
/* {status, exit_status, sentence, reasons[]} from metrics[]; `trusted`: both documents are to be believed. */
json_t *diff_compose_verdict(const json_t *metrics, bool budgets, bool trusted);
/* What a reader must know of a document before believing a comparison; false: it is not to be believed. */
bool diff_warn_of(json_t *warnings, const char *which, const json_t *document);
/* What only both together tell. */
void diff_warn_of_pair(json_t *warnings, const json_t *old, const json_t *new);
