/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/deep_stack.h"

/* The kernel walks user stacks by frame pointers (arch/x86/events/core.c: perf_callchain_user). */
__attribute__((noinline, optimize("no-omit-frame-pointer", "no-optimize-sibling-calls"))) int
deep_stack_call(unsigned depth, int (*function)(void *context), void *context)
{
    int result = depth > 1 ? deep_stack_call(depth - 1, function, context) : function(context);

    __asm__ volatile("" : "+r"(result)); /* something left to do: no tail call */
    return result;
}
