/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The trend document ("tracetoll.trend/1"): for each series and metric the documents in an order, and where
 * the overhead changed. What stands in one series was measured on one machine (reports/history/store.h).
 */
#pragma once

#include "reports/history/store.h"

#define TREND_SCHEMA "tracetoll.trend/1"
#define TREND_ALARMS 0.01

/* What the documents are ordered by; what they then have to share besides the series. */
struct trend_order;

/* By name: time, version, kernel. NULL with a sentence. */
const struct trend_order *trend_order_find(const char *name, struct error *error);

struct trend_options {
    struct history_filter filter;
    const struct trend_order *order; /* NULL: time */
    double alarms;                   /* false-alarm rate of one key, shared by its metrics */
};

/* *trend is a new reference. */
int trend_compose(struct history *history, const struct trend_options *options, json_t **trend,
                  struct error *error);
