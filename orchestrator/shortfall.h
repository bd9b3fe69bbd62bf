/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Windows in which the load fell short: it missed its rate, or operations failed. With the target off there
 * is nothing to compare with, and the quad is lost; with the target on it is an outcome. That is even-handed
 * only where it is the target's doing. Where it is the machine's, odd windows are taken from one arm alone:
 * dearer ones make the target look dearer than it is, cheaper ones (of less CPU, as less got done) cheaper,
 * and a FAIL or a PASS would be wrong more often than is promised. So a verdict that has such windows in it
 * stands only if the quads without them give it as well. Where there are surely more of them with the target
 * on than off, they are outcomes, but for as many as the machine may have made: those that speak most for
 * the verdict.
 */
#pragma once

#include "orchestrator/analysis.h"

/* Value of a block: 1 where the load, and nothing else, is at fault. */
#define SHORTFALL_VALUE "load.fell_short"

bool block_fell_short(const struct block *block);

/* Of the first n quads of a series, those that fell short with the target on. */
unsigned shortfalls_on(const struct series *series, unsigned n);

/* One-sided error of "more of them with the target on", at each look. */
#define SHORTFALL_LEVEL 0.0025

/*
 * Are `on` of `quads` valid quads that have such a window with the target on more than `off` that were lost
 * beside them by one with the target off? Where it is the machine's doing, either happens to a quad with the
 * same chance. Fisher's exact test.
 */
bool shortfalls_are_targets(unsigned on, unsigned quads, unsigned off);

/*
 * Does the verdict on `delta`, PASS or FAIL, that the first result->n contrasts of the series gave at
 * result->look stand? Raw and adjusted ones must both give it where the reference is in doubt.
 */
bool shortfall_stands(const struct analysis_design *design, const struct series *series,
                      const struct metric_result *result, enum verdict verdict, double delta);

/* Of a trial: its quads with such windows, where they may be the machine's doing, and budgets without a
 * verdict because of them. */
void shortfall_warn(json_t *warnings, const struct analysis *analysis);
