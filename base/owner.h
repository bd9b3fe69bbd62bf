/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names for what the kernel does not remove when we die (cgroups, directories):
 * "tracetoll-PID-START-NAMESPACE" says whose it is, so that a later start can tell what is left over. The
 * start time makes a recycled PID harmless. Where a directory is shared between PID namespaces (a container's
 * and the machine's), each looks after its own: of the other's processes it knows nothing. A process that has
 * several in one place puts ".1", ".2" and so on behind the name.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define OWNER_NAME_MAX 64

/* The calling process's; 0 or a negative errno (without /proc). */
int owner_name(char name[OWNER_NAME_MAX]);

/* Is it such a name, with or without a number behind it, of a process that is no more? */
bool owner_is_gone(const char *name);
