/* SPDX-License-Identifier: GPL-2.0 */
/* How the kernel has placed its kprobes: debugfs, kprobes/list (Documentation/trace/kprobes.rst). */
#pragma once

#include "agents/text.h"

#include <stdbool.h>

/*
 * Of a probe at the entry of `function`: "ftrace" (a call that was there already), "jump" (a breakpoint that
 * was made a jump) or "int3" (a breakpoint); NULL where the list has none. `returns`: a kretprobe is meant.
 */
const char *kprobe_placed(struct text list, const char *function, bool returns);

/* The list as a text of its own, owned; NULL where there is none. */
char *kprobe_list_read(void);
