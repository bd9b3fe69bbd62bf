/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/micro.h"
#include "orchestrator/micro/user_ops.h"
#include "base/cleanup.h"
#include "bpf/op_table.h"

#include <stdio.h>
#include <string.h>

static void add_size(struct micro_rows *rows, unsigned kind, unsigned size)
{
    struct micro_row row = micro_op_row("helper", kind);

    row.config.op.size = size;
    if (op_table[kind].size_is)
        snprintf(row.variant, sizeof(row.variant), "%u %s", size, op_table[kind].size_is);
    micro_rows_add(rows, &row);
}

static bool is_stack(unsigned kind)
{
    return kind == OP_GET_STACKID || kind == OP_GET_STACKID_USER || kind == OP_GET_STACK ||
           kind == OP_GET_STACK_USER;
}

static void add_sizes(struct micro_rows *rows, unsigned kind, bool full)
{
    static const unsigned bytes[] = {8, 64, 256, 1024, 4096}, frames[] = {4, 16, 64}, iterations[] = {1, 100};

    if (kind == OP_LOOP)
        for (size_t i = 0; i < ARRAY_SIZE(iterations); i++)
            add_size(rows, kind, iterations[i]);
    else if (is_stack(kind))
        for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
            add_size(rows, kind, frames[i]);
    else
        for (size_t i = 0; i < ARRAY_SIZE(bytes); i++)
            if (full || bytes[i] == 64 || bytes[i] == 1024 || kind == OP_PROBE_READ_KERNEL)
                add_size(rows, kind, bytes[i]);
}

void micro_helper_rows(struct micro_rows *rows, bool full)
{
    for (unsigned kind = 0; kind < OP_COUNT; kind++) {
        if (!op_table[kind].suite || strcmp(op_table[kind].suite, "helper") != 0)
            continue;
        if (op_table[kind].size_is)
            add_sizes(rows, kind, full);
        else
            add_size(rows, kind, 0);
    }
    user_op_rows(rows, "helper", user_clocks, "call", 0);
}

void micro_insn_rows(struct micro_rows *rows, bool full)
{
    for (unsigned kind = 0; kind < OP_COUNT; kind++) {
        struct micro_row row = micro_op_row("insn", kind);

        if (!op_table[kind].suite || strcmp(op_table[kind].suite, "insn") != 0)
            continue;
        micro_rows_add(rows, &row);
        if (!full)
            continue;
        row.config.interpreted = true;
        snprintf(row.variant, sizeof(row.variant), "interpreted");
        micro_rows_add(rows, &row);
    }
    user_op_rows(rows, "insn", user_instructions, "instruction", 0);
}

void micro_memcpy_rows(struct micro_rows *rows, bool full)
{
    static const unsigned sizes[] = {64, 128, 256, 512, 1024, 2048, 4096};

    (void)full;
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
        user_op_rows(rows, "memcpy", user_copies, "call", sizes[i]);
}
