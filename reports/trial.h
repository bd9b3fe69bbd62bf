/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The trial: everything a run observed, append-only. It is the seam of the program: what is left of it
 * touches the machine, what is right of it (statistics, document, reports) is a pure function of it. On disk
 * it is JSON lines (docs/schema/trial-1.json): {"type":"header","schema":"tracetoll.trial/1","header":{...}},
 * {"type":"block","block":{...}} with a block as in the result document, and
 * {"type":"fact","name":...,"value":...}.
 */
#pragma once

#include "base/error.h"
#include "base/hist.h"
#include "base/values.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What is known of the second target has the names of what is known of the first, behind this. */
#define VERSUS_FACT(name) "versus_" name

/* The fact with the counts of the statistics phase, of the first target or of the second. */
static inline const char *trial_statistics_fact(bool second)
{
    return second ? VERSUS_FACT("statistics") : "statistics";
}

#define TRIAL_SCHEMA "tracetoll.trial/1"

/* What a reader takes from a file it can't trust; the writer holds to the same limits. */
#define TRIAL_BLOCKS_MAX     65536
#define TRIAL_VALUES_MAX     4096 /* per block */
#define TRIAL_LINE_MAX_BYTES (4u << 20)

#define BLOCKS_PER_QUAD_MAX 6

enum block_phase {
    PHASE_QUAD,       /* one of the blocks of a quad: four with one target, six with two */
    PHASE_STEADY,     /* a bin of the long attachment, or of the A before it */
    PHASE_STATISTICS, /* BPF statistics on, never part of an estimate */
};

struct block {
    enum block_phase phase;
    unsigned quad;     /* number of the started quad, from 0; invalid ones have numbers too */
    unsigned position; /* 0.. in the quad; bin number in PHASE_STEADY */
    char arm;          /* 'A' off, 'B' on, 'C' the other target on */
    bool apart; /* in a pair of arms alone (versus.h): a block of the arm left out stood right before */
    uint64_t start_ns; /* since the run's start */
    uint64_t window_ns;
    uint64_t age_ns;      /* start of the window since the last switch of the target (attach or detach) */
    char invalid[96];     /* why it invalidates its quad; "" for a good block */
    struct values values; /* owned */
    struct hist *latency; /* owned; NULL: none */
};

/* Owns everything; a zeroed struct is empty. */
struct trial {
    json_t *header; /* fixed before the first block: what is needed to analyse */
    json_t *facts;  /* object: name -> value, later ones replace earlier ones */
    struct block *blocks;
    size_t count, capacity;
    FILE *stream;     /* borrowed; NULL: not streamed. Each append is written and flushed. */
    int stream_error; /* first negative errno of writing, 0 */
};

void trial_free(struct trial *trial);
void block_free(struct block *block);

/*
 * Quantile q of its latency in ns; NaN where it has too few operations. A closed loop gets less done the
 * slower the tool makes it: to ask as much of a block with a tool on as of one without would leave those out
 * that show the effect, and most of all where it is large. So a quarter is enough there, to break a budget:
 * the estimate from so few lies low, by a few per cent for p99 and a tenth for the median, so that it holds
 * none.
 */
double block_quantile_ns(const struct block *block, double q);

/*
 * A block as an element of the document's blocks[]: new reference, NULL without memory. Numbers that are not
 * finite become null.
 */
json_t *block_to_json(const struct block *block);
/*
 * Back again; *block is overwritten, owns what it gets, and is empty on failure. -EINVAL (EXIT_USAGE) names
 * the key that is wrong.
 */
int block_from_json(struct block *block, const json_t *json, struct error *error);
/* 0, or -EINVAL for a block that block_from_json would refuse. */
int block_check(const struct block *block);

/*
 * Takes ownership of `header`, an object, in every case. 0, -EEXIST when there is one already, -EINVAL, or a
 * negative errno when the stream can't be written (-ENOSPC). A file is emptied first.
 */
int trial_begin(struct trial *trial, json_t *header);
/*
 * Takes ownership of the block's values and histogram in every case. Numbers that are not finite become NaN,
 * as they would on the way through the file. -EINVAL for a block that the reader would refuse, -E2BIG beyond
 * TRIAL_BLOCKS_MAX, -ENOMEM, or the stream's error: then the block is in the trial but not in the file, and
 * nothing more is written to it, so that what it holds stays readable.
 */
int trial_add_block(struct trial *trial, struct block *block);
/* Takes ownership of `value` in every case; NULL (what json_real(NAN) gives) counts as null. */
int trial_add_fact(struct trial *trial, const char *name, json_t *value);
/* Borrowed; NULL where there is none of that name. */
json_t *trial_fact(const struct trial *trial, const char *name);
/* What beginning a trial, or adding to it, came to: 0, or `result` with the sentence for whoever wrote it. */
int trial_written(int result, struct error *error);
/* The same, and a sentence where it fails. */
int trial_put_fact(struct trial *trial, const char *name, json_t *value, struct error *error);

/*
 * Reads JSON lines; the result equals the trial that wrote them, number for number. A last line cut short (a
 * run that was killed) is left out and *truncated set. Anything else wrong: -EINVAL, EXIT_USAGE, line number.
 * *trial is overwritten, and empty on failure. `truncated` may be NULL.
 */
int trial_read(struct trial *trial, FILE *file, bool *truncated, struct error *error);
