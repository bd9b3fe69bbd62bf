/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/micro/micro.h"

#define MICRO_REPETITIONS 15
#define MICRO_LOADS       5

/*
 * Measures all rows, appended to `list` as they stand in the document, with progress on stderr when it is a
 * terminal. The repetitions of a row are spread over `loads` loads of its program (loads.h). Takes the
 * machine's lock; pins the calling thread meanwhile and puts it into a mount namespace of its own for good.
 * 0, or a negative errno with a sentence; rows that this machine lacks are no failure.
 */
int micro_session(const struct micro_rows *rows, unsigned repetitions, unsigned loads, bool quiet,
                  struct interrupt *interrupt, json_t *list, struct error *error);
