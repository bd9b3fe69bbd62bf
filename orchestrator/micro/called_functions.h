/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's functions that an operation of a micro program calls, from its translated instructions. */
#pragma once

#include "agents/kernel_symbols.h"
#include "orchestrator/micro/micro.h"

#define CALLED_FUNCTIONS_MAX 4

struct called_functions {
    char names[CALLED_FUNCTIONS_MAX][KERNEL_SYMBOL_MAX];
    unsigned count; /* at least 1 */
};

/* EXIT_UNSUPPORTED with the reason where there are none, or they have no names for us. */
int called_functions_find(const struct micro_row *row, const struct micro_program *program,
                          struct called_functions *functions, struct error *error);

/*
 * The part of its work that a function hands on to another one; NULL: it does it all itself. For functions of
 * kernel/trace/bpf_trace.c, which kernels with a function tracer compile without a place for probes.
 */
const char *called_function_inner(const char *name);
