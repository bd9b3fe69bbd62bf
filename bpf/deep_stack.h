/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* Calls function(context) below `depth` frames that a stack walk by frame pointers can see; returns its
 * result. */
int deep_stack_call(unsigned depth, int (*function)(void *context), void *context);
