/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"

/*
 * The file that a command name stands for: itself when it has a slash, else the first one in PATH and then in
 * /usr/sbin and /sbin, where tracing tools live. *path is malloc'd. EXIT_ENVIRONMENT with a sentence that
 * names the Debian package which has it, where that is known.
 */
int program_find(const char *name, char **path, struct error *error);

/* Debian package of a well-known tool, or NULL. */
const char *program_package(const char *name);
