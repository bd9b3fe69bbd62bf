/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Published figures on what tracing costs, each tied to what tests it. Adding one is a row in ledger.c.
 * Nothing here is tuned towards a figure: several are wrong, and showing that is the point.
 */
#pragma once

#include <stdbool.h>

/* One row of `micro`, times `factor`. */
struct claim_term {
    const char *suite, *name, *variant;
    double factor;
};

#define CLAIM_TERMS_MAX 3

enum claim_kind { CLAIM_NOT_TESTED, CLAIM_MICRO, CLAIM_SELF_TIMED, CLAIM_RUN };

struct claim_test {
    enum claim_kind kind;
    const char *why;                          /* it is not tested; or what has to be known about how */
    struct claim_term terms[CLAIM_TERMS_MAX]; /* their sum */
    struct claim_term over;                   /* divided by this row; no name: by nothing */
    bool cycles; /* times are turned into cycles by c_add_dependent, one cycle on every processor that runs
                    BPF */
    const char *const
        *run;     /* CLAIM_RUN: arguments of `tracetoll run`; the figure is its latency.mean as a ratio */
    double scale; /* of the result; 0 stands for 1 */
};

struct claim {
    const char *id;
    const char *quantity;
    double low, high; /* published; high NaN: "at least low" */
    const char *unit;
    const char *where;
    const char *source; /* class of source, and how sure it is of itself */
    struct claim_test test;
    const char *remark; /* doubts */
};

extern const struct claim claims[]; /* ended by a NULL id */
