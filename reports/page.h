/* SPDX-License-Identifier: GPL-2.0 */
/* A page for people that is no report of one run: headline, titles, tables and items, as text or Markdown. */
#pragma once

#include "reports/renderer.h"
#include "reports/report_tables.h"
#include "reports/table.h"

#include <stdio.h>

struct page {
    FILE *out; /* borrowed */
    struct render_options options;
    bool markdown;
    enum report_style style;
};

struct page page_for_text(FILE *out);
struct page page_for_markdown(FILE *out);

/* "PASS  name" and a sentence below it. */
void page_headline(const struct page *page, const char *status, const char *name, const char *sentence);
void page_title(const struct page *page, const char *title);
/* Releases the table. 0 or -ENOMEM. */
int page_table(const struct page *page, struct table *table);
void page_item(const struct page *page, const char *text);
