/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/micro.h"
#include "base/cleanup.h"
#include "bpf/op_table.h"

#include <stdio.h>
#include <string.h>

static void add_sizes(struct micro_rows *rows, unsigned kind, unsigned key_bytes, unsigned value_bytes,
                      unsigned fill_percent)
{
    struct micro_row row = micro_op_row("map", kind);
    const unsigned entries = 4096;

    row.config.sizes = (struct op_sizes){key_bytes, value_bytes, entries, entries * fill_percent / 100};
    if (row.config.sizes.filled < 64)
        row.config.sizes.filled = 64;
    snprintf(row.variant, sizeof(row.variant), "key %u B, value %u B, %u %% full", key_bytes, value_bytes,
             fill_percent);
    micro_rows_add(rows, &row);
}

static void add_contention(struct micro_rows *rows, unsigned kind, enum contention contention)
{
    struct micro_row row = micro_op_row("map", kind);

    row.contention = contention;
    row.config.keys_per_cpu = contention == OWN_KEYS;
    row.config.key_mask = contention == OWN_KEYS ? 15 : 0;
    snprintf(row.variant, sizeof(row.variant), "all CPUs, %s",
             contention == OWN_KEYS ? "own keys" : "same key");
    micro_rows_add(rows, &row);
}

/* One dimension at a time by default, the whole grid in full. */
static void add_grid(struct micro_rows *rows, unsigned kind, bool full)
{
    static const unsigned keys[] = {4, 8, 16, 32, 64}, values[] = {8, 64, 256, 1024}, fills[] = {2, 50, 100};

    for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
        for (size_t v = 0; v < ARRAY_SIZE(values); v++)
            for (size_t f = 0; f < ARRAY_SIZE(fills); f++)
                if (full || (k > 0) + (v > 0) + (f > 0) == 1)
                    add_sizes(rows, kind, keys[k], values[v], fills[f]);
}

void micro_map_rows(struct micro_rows *rows, bool full)
{
    for (unsigned kind = 0; kind < OP_COUNT; kind++) {
        struct micro_row row = micro_op_row("map", kind);

        if (!op_table[kind].suite || strcmp(op_table[kind].suite, "map") != 0)
            continue;
        micro_rows_add(rows, &row);
        if (full && op_table[kind].filled && kind != OP_HASH_LOOKUP && kind != OP_HASH_UPDATE)
            add_grid(rows, kind, full);
        if (op_table[kind].keyed && (full || kind == OP_HASH_UPDATE || kind == OP_LRU_HASH_UPDATE ||
                                     kind == OP_PERCPU_HASH_UPDATE || kind == OP_ARRAY_UPDATE)) {
            add_contention(rows, kind, SAME_KEY);
            add_contention(rows, kind, OWN_KEYS);
        }
    }
    add_grid(rows, OP_HASH_LOOKUP, full);
    add_grid(rows, OP_HASH_UPDATE, full);
}
