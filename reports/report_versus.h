/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "reports/report_facts.h"
#include "reports/table.h"

/* Which two, and what the second costs as a multiple of the first; of a document that has "versus". */
void report_versus(const json_t *document, const struct fact_sink *sink);
/* The same by metric. Fills an uninitialised table; table_free() it. */
void report_versus_table(struct table *table, const json_t *document);
