/* SPDX-License-Identifier: GPL-2.0 */
/* What the text and the Markdown report say in words: label and sentence, one call of fact() for each. */
#pragma once

#include <jansson.h>

struct fact_sink {
    void (*fact)(void *context, const char *label, const char *text);
    void *context;
};

/* The machine in one line, and in full. */
void report_machine(const json_t *document, const struct fact_sink *sink);
void report_environment(const json_t *document, const struct fact_sink *sink);

/* Workload, target, how it was run. */
void report_scenario(const json_t *document, const struct fact_sink *sink);

/* How to read the indicators: the primary metric, what it could not see, what more time would give. */
void report_remarks(const json_t *document, const struct fact_sink *sink);

/* Noise reference, long attachment, the run's checks of itself, lost events. */
void report_trust(const json_t *document, const struct fact_sink *sink);

/* What is more than REPORT_ROWS_MAX of a kind; nothing where a report shows all. */
void report_left_out(const json_t *document, const struct fact_sink *sink);
