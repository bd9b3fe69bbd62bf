/* SPDX-License-Identifier: GPL-2.0 */
/* The tables that the text and the Markdown report share. Each fills an uninitialised table; table_free() it.
 */
#pragma once

#include "reports/table.h"

#include <jansson.h>
#include <stdbool.h>

/* A report that grows with its document without limit is no report; what is left out is said. */
#define REPORT_ROWS_MAX 200

enum report_style {
    REPORT_PLAIN,
    REPORT_COLOUR,
    REPORT_MARKDOWN,
};

void report_metrics_table(struct table *table, const json_t *document, enum report_style style);
void report_cost_table(struct table *table, const json_t *document);
/* "breakdown": its parts one behind the other, its programs, and what all programs contain (calls, by name).
 */
void report_breakdown_table(struct table *table, const json_t *document);
/* "breakdown.latency": the same for the time of an operation, and in one sentence ("" where there is none).
 */
void report_latency_table(struct table *table, const json_t *document);
char *report_latency_sentence(char *text, size_t size, const json_t *document);
void report_split_table(struct table *table, const json_t *document);
void report_code_table(struct table *table, const json_t *document);
/* Of the array "advice", or what is left of it. */
void report_advice_table(struct table *table, const json_t *advice);
/* The item of "advice" that says what fewer events would cost, or NULL; and its table. */
const json_t *report_sampling(const json_t *advice);
void report_sampling_table(struct table *table, const json_t *item);
void report_programs_table(struct table *table, const json_t *document);
void report_maps_table(struct table *table, const json_t *document);

/* "PASS", "FAIL", "inconclusive", ...; in colour when the style says so. Writes into `text`, returns it. */
char *report_verdict(char *text, size_t size, const char *status, enum report_style style);
