/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/html/blocks.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the metric of one block --- */

static double value_of(const struct block *block, const char *name)
{
    return values_or_nan(&block->values, name);
}

static double mean(const struct block *block, double q)
{
    (void)q;
    return block->latency ? hist_mean_ns(block->latency) : NAN;
}

/* A closed loop's own time: without the bursts of the noise reference, which an open loop fits in pauses. */
static double load_seconds(const struct block *block)
{
    double reference_ns = value_of(block, "ref.total_ns");
    bool pauses = !isnan(value_of(block, "offered_rate"));

    return (value_of(block, "window_ns") - (isnan(reference_ns) || pauses ? 0 : reference_ns)) / 1e9;
}

static double operations(const struct block *block, double unused)
{
    (void)unused;
    return value_of(block, "ops") / load_seconds(block);
}

static double bandwidth(const struct block *block, double unused)
{
    (void)unused;
    return value_of(block, "bytes") / load_seconds(block);
}

/*
 * What may be a primary metric, as the orchestrator computes it. The verdict rests on its figures in
 * metrics[], adjusted; these here are drawn, so that drift and outliers can be seen.
 */
static const struct block_value {
    const char *metric, *unit;
    double (*value)(const struct block *block, double q);
    double q;
} block_values[] = {
    {"latency.mean", "ns", mean, 0},
    {"latency.p50", "ns", block_quantile_ns, 0.5},
    {"latency.p90", "ns", block_quantile_ns, 0.9},
    {"latency.p99", "ns", block_quantile_ns, 0.99},
    {"latency.p999", "ns", block_quantile_ns, 0.999},
    {"throughput", "1/s", operations, 0},
    {"bandwidth", "bytes/s", bandwidth, 0},
};

static const struct block_value *choose_value(const json_t *document)
{
    const char *primary = document_text(document, "workload.primary_metric");

    for (size_t i = 0; i < ARRAY_SIZE(block_values); i++)
        if (strcmp(block_values[i].metric, primary) == 0)
            return &block_values[i];
    return &block_values[0];
}

/* --- reading --- */

/* Drawn numbers go through arithmetic that must stay finite. */
static double reasonable(double number)
{
    return fabs(number) <= DOCUMENT_NUMBER_MAX ? number : NAN;
}

static void read_memory(double bytes[MEMORY_KINDS], const struct block *block)
{
    static const char *const names[MEMORY_KINDS] = {"target.rss_bytes", "target.maps_bytes",
                                                    "target.perf_buffer_bytes", "target.jit_bytes"};

    for (unsigned i = 0; i < MEMORY_KINDS; i++)
        bytes[i] = block->arm == 'A' ? NAN : reasonable(value_of(block, names[i]));
}

static int merge(struct hist **to, const struct hist *from)
{
    uint64_t sum;

    if (!*to)
        *to = calloc(1, sizeof(**to));
    if (!*to)
        return -ENOMEM;
    /* Only a document that somebody made up comes near to this. */
    if (!__builtin_add_overflow((*to)->sum_ns, from->sum_ns, &sum) &&
        !__builtin_add_overflow((*to)->count, from->count, &sum) && from->count > 0)
        hist_merge(*to, from);
    return 0;
}

/* A quad counts as a whole or not at all. */
static void mark_invalid_quads(const json_t *document, bool *invalid)
{
    for (size_t i = 0; i < document_count(document, "blocks"); i++) {
        const json_t *block = document_item(document, "blocks", i);
        double quad = document_number(block, "quad");

        if (strcmp(document_text(block, "phase"), "quad") == 0 && document_text(block, "invalid")[0] &&
            quad >= 0 && quad < TRIAL_BLOCKS_MAX)
            invalid[(size_t)quad] = true;
    }
}

static int take(struct html_blocks *blocks, const struct block *block, const struct block_value *value,
                const bool *invalid_quads)
{
    struct html_block *item = &blocks->items[blocks->count++];

    *item = (struct html_block){.phase = block->phase,
                                .quad = block->quad,
                                .position = block->position,
                                .arm = block->arm,
                                .start_s = (double)block->start_ns / 1e9,
                                .value = reasonable(value->value(block, value->q))};
    item->invalid = block->invalid[0] || (block->phase == PHASE_QUAD && invalid_quads[block->quad]);
    read_memory(item->bytes, block);
    if (item->invalid || block->phase != PHASE_QUAD || !block->latency)
        return 0;
    return merge(&blocks->arms[block->arm - 'A'], block->latency);
}

int html_blocks_read(struct html_blocks *blocks, const json_t *document)
{
    const struct block_value *value = choose_value(document);
    const json_t *metric = document_metric(document, value->metric);
    size_t count = document_count(document, "blocks");
    OWNED_PTR bool *invalid = calloc(TRIAL_BLOCKS_MAX, sizeof(*invalid));
    int result = 0;

    *blocks = (struct html_blocks){.items = calloc(count + 1, sizeof(*blocks->items)),
                                   .metric = value->metric,
                                   .unit = document_text_or(metric, "unit", value->unit)};
    if (!invalid || !blocks->items)
        result = -ENOMEM;
    else
        mark_invalid_quads(document, invalid);
    for (size_t i = 0; result == 0 && i < count; i++) {
        struct error error = {0};
        struct block block;

        if (block_from_json(&block, document_item(document, "blocks", i), &error) == 0) {
            result = take(blocks, &block, value, invalid);
            block_free(&block);
        } else {
            blocks->unreadable++;
        }
    }
    if (result)
        html_blocks_free(blocks);
    return result;
}

void html_blocks_free(struct html_blocks *blocks)
{
    free(blocks->items);
    for (unsigned i = 0; i < ARMS; i++)
        free(blocks->arms[i]);
    *blocks = (struct html_blocks){0};
}
