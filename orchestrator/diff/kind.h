/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two kinds of result documents can be compared, each with its own kind: timed ones and exact ones. A kind
 * knows where its figures are and how sure they are; adding one is a file and its row in kind.c.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#define DIFF_LEVEL 0.95 /* two-sided confidence of a change, before budgets share the error */

/* One document's figures on one metric. Texts are borrowed from the document. */
struct side {
    const char *unit;
    bool higher_is_better, primary;
    bool relative; /* effect is a change against the baseline, else a difference in unit */
    bool at_least; /* the run ended early on a FAIL, which overstates the effect */
    bool stopped;  /* the figure is of the look that told its verdict, which says something of the estimate */
    bool lies_low; /* of so few operations that it may lie too low */
    double baseline, with_target;      /* in unit; NaN unknown, like all below */
    double estimate, low, high, level; /* effect as the document has it; level NaN where it is a spread */
    unsigned n;                        /* quads, or seeds */
    double centre;                     /* log(1 + effect) when relative, else the effect */
    double error, freedom;             /* standard error of centre, and its degrees of freedom */
    const char *why;                   /* why there is no figure; NULL: there is one */
};

/* Of two sides: a share when they are relative, else in their unit. What has no bound is infinite or NaN. */
struct change {
    double estimate, low, high;
    double level; /* two-sided confidence; NaN where low and high are a spread */
};

struct diff_kind {
    const char *name;
    bool (*matches)(const json_t *document);
    /* What figures of this kind depend on so much that it must be the same: "CPU"; "" where it is not known.
     */
    const char *bound_to;
    const char *(*bound)(const json_t *document);
    /* An array whose items have the "name" of a metric each; borrowed, or NULL. */
    const json_t *(*metrics)(const json_t *document);
    /* false: the document has no such metric. */
    bool (*read)(const json_t *document, const char *name, struct side *side);
    /*
     * New less old, on sides that both have a figure of the same scale. OLD's uncertainty counts `stretch`
     * times: a limit that is a share of OLD's own figure moves with it.
     */
    struct change (*change)(const struct side *old, const struct side *new, double stretch, double level);
};

extern const struct diff_kind diff_kind_timed, diff_kind_exact;

/* Never NULL. */
const struct diff_kind *diff_kind_of(const json_t *document);
