/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/stats/estimate.h"

#include <jansson.h>

/*
 * ns of one run of a program, from what the statistics phase has of it (machine_statistics.c): its run time
 * by its runs, and an interval of that by Student's t over the turns, 95 %. low and high NaN: the trial has
 * no turns (older ones), or it ran in fewer than two of them.
 */
struct interval compose_run_time(const json_t *runs);
