/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* argv[1] by which our own executable becomes the sham tool. */
#define SHAM_TOOL_COMMAND "internal-sham"

/*
 * The sham tool's main: attaches one program to a raw tracepoint that does not fire, waits for SIGINT or
 * SIGTERM, detaches, and returns its exit status (0, or 1 with a sentence on stderr).
 */
int sham_tool_main(void);
