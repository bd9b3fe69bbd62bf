/* SPDX-License-Identifier: GPL-2.0 */
/* What the text and the Markdown form of a comparison share. Each fills an uninitialised table; table_free()
 * it. */
#pragma once

#include "reports/report_facts.h"
#include "reports/report_tables.h"

void diff_metrics_table(struct table *table, const json_t *diff, enum report_style style);
void diff_programs_table(struct table *table, const json_t *diff);
void diff_environment_table(struct table *table, const json_t *diff);

/* OLD, NEW and their load; how to read the figures. */
void diff_sources(const json_t *diff, const struct fact_sink *sink);
void diff_remarks(const json_t *diff, const struct fact_sink *sink);
