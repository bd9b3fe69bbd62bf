/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/series.h"
#include "orchestrator/shortfall.h"
#include "orchestrator/stats/looks.h"
#include "reports/document.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void series_free(struct series *series)
{
    quads_free(&series->quads);
    free(series->numbers);
    free(series->scaled);
    free(series->arms);
    free(series->apart);
    free(series->low);
    free(series->fell_short);
    free(series->fell_short_off);
    free(series->raw);
    free(series->adjusted);
    free(series->worse);
    free(series->worse_raw);
    for (unsigned kind = 0; kind < ADJUST_KINDS_MAX; kind++)
        free(series->reference[kind]);
}

/* Kinds of the reference are whatever "ref.KIND.ns" the first block has. */
static void find_kinds(struct series *series, const struct block *block)
{
    for (size_t i = 0; i < block->values.count && series->kinds < ADJUST_KINDS_MAX; i++) {
        const char *name = block->values.items[i].name, *dot = strrchr(name, '.');
        char *kind = series->reference_names[series->kinds];

        if (strncmp(name, "ref.", 4) != 0 || strcmp(dot, ".count") != 0)
            continue;
        snprintf(kind, sizeof(series->reference_names[0]), "%.*s", (int)(dot - name - 4), name + 4);
        series->kinds++;
    }
}

double series_reference_log(const struct block *block, const char *kind)
{
    char name[VALUE_NAME_MAX];
    double ns, count;

    snprintf(name, sizeof(name), "ref.%s.ns", kind);
    ns = values_or_nan(&block->values, name);
    snprintf(name, sizeof(name), "ref.%s.count", kind);
    count = values_or_nan(&block->values, name);
    return ns > 0 && count > 0 ? log(ns / count) : NAN;
}

static int fill_references(struct series *series, const struct trial *trial)
{
    unsigned blocks = series->quads.count * 4;

    if (blocks)
        find_kinds(series, &trial->blocks[series->quads.index[0]]);
    for (unsigned kind = 0; kind < series->kinds; kind++) {
        series->reference[kind] = calloc(blocks, sizeof(double));
        if (!series->reference[kind])
            return -ENOMEM;
        for (unsigned i = 0; i < blocks; i++)
            series->reference[kind][i] =
                series_reference_log(&trial->blocks[series->quads.index[i]], series->reference_names[kind]);
    }
    return 0;
}

/* A quantile of fewer operations than are asked for without the target (block_quantile_ns()). */
static bool is_low(const struct metric *metric, const struct block *block)
{
    return metric->argument > 0 && block->arm != 'A' && block->latency &&
           !hist_quantile_supported(block->latency, metric->argument);
}

static void find_low(struct series *series, const struct trial *trial, const struct metric *metric)
{
    for (unsigned i = 0; i < series->quads.count * 4; i++)
        series->low[i / 4] |= is_low(metric, &trial->blocks[series->quads.index[i]]);
}

static bool fell_short(const struct block *block, bool on)
{
    return block->phase == PHASE_QUAD && (block->arm != 'A') == on && block_fell_short(block);
}

static void find_fell_short(struct series *series, const struct trial *trial)
{
    unsigned off = 0;

    for (size_t quad = 0, i = 0; quad < series->quads.count; quad++) {
        const size_t *index = &series->quads.index[quad * 4];

        for (; i <= index[3]; i++)
            off += fell_short(&trial->blocks[i], false);
        series->fell_short_off[quad] = off;
        for (unsigned position = 0; position < 4; position++)
            series->fell_short[quad] |= fell_short(&trial->blocks[index[position]], true);
    }
}

static bool is_exact(const struct trial *trial)
{
    return strcmp(document_text(trial->header, "design.kind"), look_kind_name(LOOKS_EXACT)) == 0;
}

int series_make(struct series *series, const struct trial *trial, const struct metric *metric)
{
    unsigned blocks;

    if (quads_find(&series->quads, trial))
        return -ENOMEM;
    blocks = series->quads.count * 4;
    series->numbers = calloc(blocks + 1, sizeof(double));
    series->scaled = calloc(blocks + 1, sizeof(double));
    series->arms = calloc(blocks + 1, 1);
    series->apart = calloc(series->quads.count + 1, sizeof(bool));
    series->low = calloc(series->quads.count + 1, sizeof(bool));
    series->fell_short = calloc(series->quads.count + 1, sizeof(bool));
    series->fell_short_off = calloc(series->quads.count + 1, sizeof(unsigned));
    series->raw = calloc(series->quads.count + 1, sizeof(double));
    series->adjusted = calloc(series->quads.count + 1, sizeof(double));
    series->worse = calloc(series->quads.count + 1, sizeof(double));
    series->worse_raw = calloc(series->quads.count + 1, sizeof(double));
    if (!series->numbers || !series->scaled || !series->arms || !series->apart || !series->low ||
        !series->fell_short || !series->fell_short_off || !series->raw || !series->adjusted ||
        !series->worse || !series->worse_raw)
        return -ENOMEM;
    quads_numbers(&series->quads, trial, series->quads.count, metric, series->numbers);
    quads_arms(&series->quads, trial, series->quads.count, series->arms);
    quads_apart(&series->quads, trial, series->apart);
    find_low(series, trial, metric);
    find_fell_short(series, trial);
    /* Instructions have no neighbours. */
    return metric->adjustable && !is_exact(trial) ? fill_references(series, trial) : 0;
}

void series_adjust(struct series *series, const double *y, unsigned quads, struct adjust_output *output)
{
    struct adjust_input input = {.quads = quads, .kinds = series->kinds, .y = y, .arms = series->arms};

    for (unsigned kind = 0; kind < series->kinds; kind++)
        input.r[kind] = series->reference[kind];
    *output = (struct adjust_output){.raw = series->raw, .adjusted = series->adjusted};
    adjust_contrasts(&input, output);
}
