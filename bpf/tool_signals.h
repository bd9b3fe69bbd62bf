/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* Blocks SIGINT and SIGTERM and opens a descriptor that is readable once one has come; or -errno. */
int tool_signals_open(void);
