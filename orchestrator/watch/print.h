/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/watch/watch.h"

/* A line for people; it is flushed, so that a journal has it at once. */
void watch_print(const struct watch_figures *figures, FILE *out);
