/* SPDX-License-Identifier: GPL-2.0 */
/* What the plots need of a document's blocks: a figure and the memory of each, and a histogram of each arm.
 */
#pragma once

#include "reports/trial.h"

#include <jansson.h>

#define ARMS 3 /* A off, B on, C the second target on */

/* Memory of the target, all processes together. */
enum block_memory {
    MEMORY_RSS,
    MEMORY_MAPS,
    MEMORY_PERF_BUFFERS,
    MEMORY_JIT,
    MEMORY_KINDS,
};

struct html_block {
    enum block_phase phase;
    unsigned quad, position;
    char arm;
    bool invalid;               /* it, and with it its quad, was not counted */
    double start_s;             /* since the run's start */
    double value;               /* of the metric; NaN where it is unknown */
    double bytes[MEMORY_KINDS]; /* NaN where unknown */
};

struct html_blocks {
    struct html_block *items; /* owned */
    size_t count, unreadable;
    const char *metric, *unit; /* of each value; borrowed from the document, or static */
    struct hist *arms[ARMS];   /* of all quads that were counted; owned, NULL where there is none */
};

/* *blocks is overwritten. 0 or -ENOMEM; what can't be read is counted and left out. */
int html_blocks_read(struct html_blocks *blocks, const json_t *document);
void html_blocks_free(struct html_blocks *blocks);
