/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/unit_rows.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define EMULATED "on nop"
#define OFF      "off system calls"

struct point {
    const char *type;   /* of the program; NULL: any */
    const char *prefix; /* of an attach point; "" where none is known of that type */
    struct unit_row row;
};

/* The first that fits. Programs on a perf event or a link cost the same; a tp_btf program is called as a
 * raw_tp one is. */
static const struct point points[] = {
    {NULL, "tracepoint:syscalls:", {"tp", "of one system call"}},
    {NULL, "tracepoint:", {"tp", ""}},
    {NULL, "raw_tp:", {"raw_tp", ""}},
    {NULL, "tp_btf:", {"raw_tp", ""}},
    {NULL, "kprobe:", {"kprobe", ""}},
    {NULL, "kretprobe:", {"kretprobe", ""}},
    {NULL, "kprobe.multi:", {"kprobe.multi", ""}},
    {NULL, "kretprobe.multi:", {"kretprobe.multi", ""}},
    {NULL, "fentry:", {"fentry", ""}},
    {NULL, "fexit:", {"fexit", ""}},
    {NULL, "lsm:", {"lsm", ""}},
    {NULL, "uprobe:", {"uprobe", EMULATED}},
    {NULL, "uretprobe:", {"uretprobe", EMULATED}},
    {NULL, "usdt:", {"usdt", ""}},
    {NULL, "perf_event:", {"perf_event", ""}},
    {"xdp", "", {"xdp", ""}},
    {"sched_cls", "", {"tc", ""}},
    {"cgroup_skb", "", {"cgroup_skb", ""}},
    {"socket_filter", "", {"socket_filter", ""}},
};

const struct unit_row unit_row_timer = {"raw_tp", ""};
const struct unit_row unit_row_emulated = {"uprobe", EMULATED}, unit_row_stepped = {"uprobe", "on ret"};

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

static bool fits(const struct point *point, const char *type, const char *attach)
{
    return (!point->type || strcmp(point->type, type) == 0) &&
           strncmp(attach, point->prefix, strlen(point->prefix)) == 0;
}

const struct unit_row *unit_row_of(const json_t *program)
{
    for (size_t i = 0; i < ARRAY_SIZE(points); i++)
        if (fits(&points[i], document_text(program, "type"), document_text(program, "attach")))
            return &points[i].row;
    return NULL;
}

static const struct unit_row off_system_calls[] = {{"raw_tp", OFF}, {"tp", OFF}};

static const char *const passed_by_system_calls[] = {
    "raw_tp:sys_enter", "raw_tp:sys_exit",          "tp_btf:sys_enter",
    "tp_btf:sys_exit",  "tracepoint:raw_syscalls:", "tracepoint:syscalls:",
};

static bool is_passed_by_system_calls(const char *attach)
{
    for (size_t i = 0; i < ARRAY_SIZE(passed_by_system_calls); i++)
        if (strncmp(attach, passed_by_system_calls[i], strlen(passed_by_system_calls[i])) == 0)
            return true;
    return false;
}

const struct unit_row *unit_row_way(const json_t *program)
{
    const struct unit_row *unit = unit_row_of(program);

    if (!unit || is_passed_by_system_calls(document_text(program, "attach")))
        return unit;
    for (size_t i = 0; i < ARRAY_SIZE(off_system_calls); i++)
        if (strcmp(off_system_calls[i].name, unit->name) == 0)
            return &off_system_calls[i];
    return unit;
}

const json_t *unit_row_price(const json_t *rows, const json_t *program, bool *dear)
{
    const struct unit_row *unit = unit_row_of(program), *way = unit_row_way(program);
    const json_t *row = way ? unit_row_find(rows, way) : NULL;

    *dear = way != unit && isnan(document_number(row, "estimate"));
    return *dear ? unit_row_find(rows, unit) : row;
}

bool unit_row_lasts(const json_t *row)
{
    const char *status = document_text(row, "status");

    return strcmp(status, "measured") == 0 ||
           (strcmp(status, "unsupported") == 0 && !document_is_true(row, "detail.may_pass"));
}

bool unit_row_may_step(const struct unit_row *unit)
{
    return strcmp(unit->variant, EMULATED) == 0;
}
