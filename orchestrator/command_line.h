/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * The command line as one line for a shell, each word quoted where it must be, with `extra` (NULL: none)
 * behind the command's name. malloc'd; NULL when out of memory.
 */
char *command_line(int argc, char *const *argv, const char *extra);
