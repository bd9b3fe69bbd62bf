/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/micro.h"
#include "bpf/op_table.h"
#include "orchestrator/stats/select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct micro_suite micro_suites[] = {
    {"attach", "one hit of an empty program, for each attach type", micro_attach_rows},
    {"map", "operations on maps", micro_map_rows},
    {"helper", "helper functions, and the clocks of user space beside them", micro_helper_rows},
    {"event", "an event on its way to user space", micro_event_rows},
    {"insn", "BPF instructions, and the same in C", micro_insn_rows},
    {"memcpy", "copies in user space", micro_memcpy_rows},
    {0},
};

void micro_rows_add(struct micro_rows *rows, const struct micro_row *row)
{
    if (rows->count == rows->capacity) {
        unsigned capacity = rows->capacity ? 2 * rows->capacity : 64;
        struct micro_row *grown = realloc(rows->rows, capacity * sizeof(*grown));

        if (!grown) {
            rows->failed = true;
            return;
        }
        rows->rows = grown;
        rows->capacity = capacity;
    }
    rows->rows[rows->count++] = *row;
}

void micro_rows_free(struct micro_rows *rows)
{
    free(rows->rows);
    *rows = (struct micro_rows){0};
}

unsigned micro_pages_aside(unsigned kind)
{
    return kind == OP_PERF_EVENT_OUTPUT ? 128 : 8;
}

struct micro_row micro_op_row(const char *suite, unsigned kind)
{
    const struct op_info *info = &op_table[kind];
    struct micro_row row = {
        .suite = suite,
        .unit = "ns",
        .per = info->counted_as ? info->counted_as : "operation",
        .measure = micro_by_slope,
        .width_ns = 1,
        .width_share = 1,
        .config = {.op = {.kind = kind, .size = info->size_default, .count = 1}, .key_mask = 63},
    };

    if (info->size_is && strcmp(info->size_is, "bytes") == 0 && info->map)
        row.config.pages = micro_pages_aside(kind);
    snprintf(row.name, sizeof(row.name), "%s", info->name);
    return row;
}

void micro_detail(struct micro_result *result, const char *key, json_t *value)
{
    if (!result->detail)
        result->detail = json_object();
    json_object_set_new(result->detail, key, value);
}

double micro_median(const struct micro_result *result)
{
    double values[SIGNED_RANK_MAX];

    memcpy(values, result->values, result->count * sizeof(values[0]));
    return select_median(values, result->count);
}
