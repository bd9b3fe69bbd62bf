/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * Where a file of ours that outlives a run is, when nobody says where: below XDG_STATE_HOME/tracetoll, else
 * ~/.local/state/tracetoll (XDG Base Directory Specification). malloc'd; NULL where there is neither, or
 * without memory. Nothing is made.
 */
char *state_path(const char *name);
