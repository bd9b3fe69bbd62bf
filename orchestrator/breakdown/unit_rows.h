/* SPDX-License-Identifier: GPL-2.0 */
/* Which row of `micro` says what getting to a program costs. Adding an attach point is a row here. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

struct unit_row {
    const char *name, *variant; /* of the row */
};

/* For a program's type and attach point as the inventory writes them ("kprobe", "kprobe:vfs_read", the first
 * of several); NULL: none is known. */
const struct unit_row *unit_row_of(const json_t *program);

/* The same, but for tracepoints that no system call passes the row of such a one, "off system calls": the
 * first program on sys_enter or sys_exit sends every system call of every task by a slow path
 * (kernel/tracepoint.c, syscall_regfunc()), and that of unit_row_of() has that in it. */
const struct unit_row *unit_row_way(const json_t *program);

/* The row of unit_row_way(), or where `rows` have no figure of it that of unit_row_of(), with *dear set:
 * borrowed; NULL: neither. */
const json_t *unit_row_price(const json_t *rows, const json_t *program, bool *dear);

/* A uprobe on an instruction that the kernel emulates, and on one that the thread steps over elsewhere. */
extern const struct unit_row unit_row_emulated, unit_row_stepped;

/* Is this the price of a probe on an emulated instruction, which the target's own may or may not be on? */
bool unit_row_may_step(const struct unit_row *unit);

/* Whose program's run time says what the kernel's statistics add to it themselves. */
extern const struct unit_row unit_row_timer;

/* That row of a micro document's rows, borrowed; NULL: it is not there. */
const json_t *unit_row_find(const json_t *rows, const struct unit_row *wanted);
/* Is a row worth keeping? Not what came out untrustworthy in a noisy minute, or could not be had for a reason
 * that may pass: the next time may do better. */
bool unit_row_lasts(const json_t *row);
