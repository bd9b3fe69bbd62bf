/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The processes behind the target kinds probe and object: each attaches, waits for SIGINT or SIGTERM,
 * detaches and returns its exit status (0, or 1 with sentences on stderr).
 */
#pragma once

#define PROBE_TOOL_COMMAND                                                                                   \
    "internal-probe" /* argv[1] by which our own executable becomes one; argv[2] is the SPEC, argv[3] where, \
                        unless it says so itself */
#define OBJECT_TOOL_COMMAND "internal-object" /* argv[2] is the file */

int probe_tool_main(const char *spec, const char *fallback_where);
int object_tool_main(const char *path);
