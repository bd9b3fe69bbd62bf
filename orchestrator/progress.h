/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/experiment.h"

#include <stdio.h>

/* One line on a terminal that is rewritten in place; nothing at all elsewhere. */
struct progress_display {
    FILE *stream; /* borrowed; NULL: show nothing */
    bool shown;
};

/* Shows progress when `stream` is a terminal and `quiet` is false. */
void progress_open(struct progress_display *display, FILE *stream, bool quiet);
void progress_show(struct progress_display *display, const struct progress *progress);
/* Wipes the line. */
void progress_close(struct progress_display *display);
