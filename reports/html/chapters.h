/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The chapters of the HTML report, in the order of render_html.c's table. Each prints its heading and what
 * is under it; one that has nothing to show says why, or prints nothing. 0, or -ENOMEM.
 */
#pragma once

#include "reports/html/blocks.h"
#include "reports/html/svg.h"

#include <jansson.h>
#include <stdio.h>

struct html_page {
    FILE *out;
    const json_t *document;
    struct html_blocks blocks;
    unsigned figures; /* so far: numbers make ids */
};

/* Begins a figure; ended by html_figure_end(). */
struct svg html_figure_begin(struct html_page *page);
/* `caption` may be "". */
void html_figure_end(const struct svg *svg, const char *caption);

/* Title, verdict and the figures that matter most. */
int html_head(struct html_page *page);
int html_effects(struct html_page *page);
int html_versus(struct html_page *page);
int html_timeline(struct html_page *page);
int html_latency(struct html_page *page);
int html_cost(struct html_page *page);
int html_breakdown(struct html_page *page);
int html_memory(struct html_page *page);
int html_programs(struct html_page *page);
int html_trust(struct html_page *page);
int html_advice(struct html_page *page);
int html_environment(struct html_page *page);
int html_repeat(struct html_page *page);

/* Of the document, or of its "versus". */
int html_forest(struct html_page *page, const json_t *side);

/*
 * Calls print() for the first target and, where there are two, for the second, each under its heading then.
 * A side that lacks `path` gets a sentence instead; `path` NULL: none does.
 */
int html_sides(struct html_page *page, const char *path,
               int (*print)(struct html_page *page, const json_t *side), const char *lacking);
