/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"

#include <stdio.h>

/* Where the raw blocks of a run go while it runs. */
struct trial_file {
    FILE *stream; /* owned; NULL: nowhere */
    char *path;   /* owned */
};

/*
 * Opens `path`, or without one last-trial.jsonl in the state directory (XDG_STATE_HOME, else
 * ~/.local/state/tracetoll), so that an interrupted run is never lost. A state directory that can't be
 * written is no error: then the blocks stay in memory. EXIT_ENVIRONMENT for a `path` that can't be written.
 */
int trial_file_open(struct trial_file *file, const char *path, struct error *error);
void trial_file_close(struct trial_file *file);
