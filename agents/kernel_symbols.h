/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "agents/text.h"

#define KERNEL_SYMBOL_MAX 64

/* A function that a translated BPF program calls. */
struct kernel_symbol {
    int32_t offset;               /* from __bpf_call_base */
    char name[KERNEL_SYMBOL_MAX]; /* "" until it is found */
};

/*
 * Names from the text of /proc/kallsyms, one pass to find the base and one for the names; of several names of
 * one address the first stands. 0; -EACCES where addresses are hidden (all zero); -ENOENT without a base.
 */
int kernel_symbols_resolve(struct text kallsyms, struct kernel_symbol *symbols, unsigned count);
