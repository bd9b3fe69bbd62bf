/* SPDX-License-Identifier: GPL-2.0 */
/* Where to count what passes a program's attach point. Pure. */
#pragma once

#include <stdbool.h>

enum hit_kind { HIT_RAW_TP, HIT_TRACEPOINT, HIT_FUNCTION };

struct hit_point {
    enum hit_kind kind;
    char name[128]; /* of a tracepoint with its category, "sched/sched_switch" */
};

/*
 * From an attach point as the inventory writes it ("raw_tp:sys_enter", "kprobe:vfs_read"). A return is as
 * frequent as an entry. False where the point is none of a task's (packets), is several, or can't be counted.
 */
bool hit_point_of(const char *attach, struct hit_point *point);
