/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/unit_rows.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <string.h>

struct point {
    const char *prefix; /* of an attach point; the first that fits counts */
    struct unit_row row;
};

/* Programs on a perf event or a link cost the same; a tp_btf program is called as a raw_tp one is. */
static const struct point points[] = {
    {"tracepoint:syscalls:", {"tp", "of one system call"}},
    {"tracepoint:", {"tp", ""}},
    {"raw_tp:", {"raw_tp", ""}},
    {"tp_btf:", {"raw_tp", ""}},
    {"kprobe:", {"kprobe", ""}},
    {"kretprobe:", {"kretprobe", ""}},
    {"fentry:", {"fentry", ""}},
    {"fexit:", {"fexit", ""}},
    {"lsm:", {"lsm", ""}},
    {"uprobe:", {"uprobe", "on nop"}},
    {"uretprobe:", {"uretprobe", "on nop"}},
    {"usdt:", {"usdt", ""}},
};

const struct unit_row unit_row_timer = {"raw_tp", ""};

const json_t *unit_row_find(const json_t *rows, const struct unit_row *wanted)
{
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        if (strcmp(document_text(row, "name"), wanted->name) == 0 &&
            strcmp(document_text(row, "variant"), wanted->variant) == 0)
            return row;
    }
    return NULL;
}

const struct unit_row *unit_row_of(const char *attach)
{
    for (size_t i = 0; i < ARRAY_SIZE(points); i++)
        if (strncmp(attach, points[i].prefix, strlen(points[i].prefix)) == 0)
            return &points[i].row;
    return NULL;
}
