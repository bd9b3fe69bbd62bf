/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/hit_point.h"
#include "base/cleanup.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *prefix; /* of the attach point */
    enum hit_kind kind;
} rules[] = {
    {"raw_tp:", HIT_RAW_TP},      {"tp_btf:", HIT_RAW_TP},  {"tracepoint:", HIT_TRACEPOINT},
    {"fentry:", HIT_FUNCTION},    {"fexit:", HIT_FUNCTION}, {"kprobe:", HIT_FUNCTION},
    {"kretprobe:", HIT_FUNCTION},
};

static bool copy_name(struct hit_point *point, const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length >= sizeof(point->name))
        return false;
    memcpy(point->name, name, length + 1);
    return true;
}

bool hit_point_of(const char *attach, struct hit_point *point)
{
    for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
        size_t length = strlen(rules[i].prefix);
        char *colon;

        if (strncmp(attach, rules[i].prefix, length) != 0)
            continue;
        point->kind = rules[i].kind;
        if (!copy_name(point, attach + length))
            return false;
        colon = point->kind == HIT_TRACEPOINT ? strchr(point->name, ':') : NULL;
        if (colon)
            *colon = '/';
        /* Several, of a module, or inside a function. */
        return !strpbrk(point->name, ",:+ ") && (point->kind != HIT_TRACEPOINT || colon);
    }
    return false;
}
