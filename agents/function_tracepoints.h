/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel functions that a tracepoint stands in, so that it fires as often as a kprobe on them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * "category:name" of the tracepoint, if this kernel has it, for the attach point of a kprobe or kretprobe
 * ("kprobe:__dev_queue_xmit", the first of several). Which functions have one is known from the kernel's
 * source; nothing in a running kernel tells. False for all others.
 */
bool function_tracepoint(const char *attach, int tracefs_fd, char *tracepoint, size_t size);
