/* SPDX-License-Identifier: GPL-2.0 */
/* A scenario as options of `tracetoll run`: what checks its values, and what measures them. */
#pragma once

#include "orchestrator/scenario/scenario.h"
#include "orchestrator/scenario/words.h"

/* "--object FILE", "--on CMD --off CMD", or "-- CMD ARGS...": they end a command line. */
void run_words_target(struct words *words, const struct scenario_target *target);
/* -w with the rate in it, the load beside it, -t, and --target-netns. */
void run_words_load(struct words *words, const struct scenario_workload *workload,
                    const struct scenario_target *target);
/* --budget of one metric (a row of the metric table), and of all. */
void run_words_budget(struct words *words, const struct scenario *scenario, unsigned metric);
void run_words_budgets(struct words *words, const struct scenario *scenario);
/* --quads, --precision and the like: what only a clock with noise needs. */
void run_words_timing(struct words *words, const struct scenario *scenario);
/* --window, --settle, --seed: what every run takes. */
void run_words_design(struct words *words, const struct scenario *scenario);
