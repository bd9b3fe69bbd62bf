/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two targets against one baseline and each other (docs/method.md, section 13). A quad has six blocks then,
 * A, B and C in a drawn order and the same backwards. Leaving out one arm leaves a quad of the other two, so
 * that each pair is judged by everything that judges a run with one target.
 */
#pragma once

#include "reports/trial.h"

/* Was this trial one of two targets? */
bool versus_has(const struct trial *trial);

/*
 * The trial as it would stand if only arms `off` and `on` had been measured, as A and B, of whole and good
 * quads alone; with C on, its header and facts are those of the second target. Blocks borrow from `trial`. 0
 * or -ENOMEM; versus_pair_free() releases in any case.
 */
int versus_pair(struct trial *pair, const struct trial *trial, char off, char on);
void versus_pair_free(struct trial *pair);

/* Orders of the whole and good quads: ["ABCCBA", ...]; a new reference. */
json_t *versus_orders(const struct trial *trial);

/* As analysis_judge: budgets are of the first target; without budgets both have to be precise. */
struct judgement;
int versus_judge(void *design, const struct trial *trial, unsigned look, struct judgement *judgement);
/* As analysis_emergency, of the first target, whose budgets they are. */
bool versus_emergency(void *design, const struct trial *trial);

/* The document's "versus"; a new reference, or NULL with *error. */
json_t *compose_versus(const struct trial *trial, struct error *error);
